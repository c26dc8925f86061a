"""A large model behind an endpoint, as what writes: what it writes is checked by who asked for it."""

from pydantic import SecretStr

from capture.endpoint import Endpoint, Unanswered
from models.errors import Unwritten
from models.job import Json


class LargeWriter:
    """Whatever stands behind an endpoint."""

    def __init__(self, url: str, *, model: str, key: SecretStr | None, timeout: float) -> None:
        self._endpoint = Endpoint(url, model=model, key=key, timeout=timeout)

    @property
    def model(self) -> str:
        return self._endpoint.model

    def write(self, prompt: str, *, schema: dict[str, Json], tokens: int) -> str:
        """Raises Unwritten."""
        try:
            return self._endpoint.ask(prompt, schema=schema, tokens=tokens).text
        except Unanswered as error:
            raise Unwritten(str(error)) from error
