from fastapi import Request

from app.settings import Settings


def current_settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings
