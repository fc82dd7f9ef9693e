# The image of every part of the application: web, worker, beat and migrate differ in their command.
FROM python:3.13-slim-trixie AS build
WORKDIR /app
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH
COPY requirements requirements
RUN pip install --no-cache-dir --require-hashes -r requirements/runtime.txt
COPY pyproject.toml README.md LICENSE ./
COPY workflow workflow
COPY web web
COPY tasks tasks
COPY quickwin quickwin
RUN pybabel compile --quiet -d workflow/translations \
    && pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13-slim-trixie
RUN useradd --system --uid 10001 --create-home quickwin
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1
USER quickwin
WORKDIR /home/quickwin
EXPOSE 8000
CMD ["quickwin", "--help"]
