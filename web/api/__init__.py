"""The API of the contract: JSON for programs, over the same domain as the pages."""
