from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_settings import BaseSettings, SettingsConfigDict


def without_trailing_slash(origin: str) -> str:
    """Browsers send `https://example.com`; people paste `https://example.com/`."""
    return origin.rstrip("/")


class EnvironmentSettings(BaseSettings):
    """What all settings have in common: the environment is their only source."""

    # A validation error must not print the values, some of them are secrets.
    model_config = SettingsConfigDict(env_ignore_empty=True, hide_input_in_errors=True)


class Settings(EnvironmentSettings):
    port: int = 8000
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], BeforeValidator(str.lower)
    ] = "info"
    app_version: str = "dev"

    frontend_origin: Annotated[str, AfterValidator(without_trailing_slash)] | None = None

    assets_bucket: str | None = None
    aws_region: str | None = None

    # Longer than the load balancer's idle timeout (3600 s): were it shorter, the load balancer
    # would send a request on a connection that is just being closed here and answer 502.
    keep_alive_seconds: int = Field(default=3605, gt=0)
    # Shorter than the container's stop timeout, after which the process is killed.
    shutdown_grace_seconds: int = Field(default=30, gt=0)
