import os

from fastapi import FastAPI
from sqlalchemy import create_engine, text

url = os.environ["DATABASE_URL"].replace("postgres://", "postgresql://", 1)
engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
app = FastAPI()


@app.get("/health")
def health() -> dict[str, str]:
    return {"app": "fastapi"}


@app.get("/items")
def items() -> list[str]:
    with engine.connect() as connection:
        return [row.name for row in connection.execute(text("select name from items order by name"))]
