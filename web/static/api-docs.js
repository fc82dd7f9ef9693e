// Shows the description of the API. Nothing is asked of any other server.
const docs = document.getElementById("docs");
SwaggerUIBundle({
  domNode: docs,
  url: docs.dataset.url,
  validatorUrl: null,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
});
