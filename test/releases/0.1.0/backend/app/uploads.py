"""Files go from the browser straight to S3, by a URL that is good for one file of this size."""

import functools
import uuid
from typing import Annotated, Any, Literal

import boto3
from botocore.config import Config
from botocore.exceptions import CredentialRetrievalError, NoCredentialsError
from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

from app.dependencies import current_settings
from app.settings import Settings

router = APIRouter(prefix="/api/uploads", tags=["uploads"])

MAX_BYTES = 10 * 1024 * 1024
EXPIRES_IN_SECONDS = 300
EXTENSIONS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "application/pdf": "pdf",
}


class UploadRequest(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)

    filename: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255)]
    content_type: Literal["image/png", "image/jpeg", "image/webp", "application/pdf"]
    size: int = Field(ge=1, le=MAX_BYTES)


class Upload(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True)

    url: str
    method: Literal["PUT"] = "PUT"
    headers: dict[str, str]
    key: str
    expires_in: int = EXPIRES_IN_SECONDS


@functools.cache
def s3_client(region: str) -> Any:
    """Made once: it loads the service's description and then the task role's credentials.

    From a session of its own, since threads may get here together and share the default one.
    """
    return boto3.Session(region_name=region).client(
        "s3",
        config=Config(
            signature_version="s3v4",
            # The bucket's own host name in its region: the global one redirects, which breaks CORS.
            s3={"addressing_style": "virtual"},
            # A checksum would have to be known now and be sent as one more header.
            request_checksum_calculation="when_required",
        ),
    )


# Not async: signing may fetch credentials, which blocks, so it runs in a thread.
@router.post("", status_code=201)
def create_upload(
    wanted: UploadRequest, settings: Annotated[Settings, Depends(current_settings)]
) -> Upload:
    """Type and length are signed: S3 refuses any other.

    The file's name is the client's to show; the key is random, so it can neither be guessed
    nor overwrite another file.
    """
    if settings.assets_bucket is None or settings.aws_region is None:
        raise HTTPException(503, "uploads need ASSETS_BUCKET and AWS_REGION to be set")
    key = f"uploads/{uuid.uuid4()}.{EXTENSIONS[wanted.content_type]}"
    try:
        url = s3_client(settings.aws_region).generate_presigned_url(
            "put_object",
            Params={
                "Bucket": settings.assets_bucket,
                "Key": key,
                "ContentType": wanted.content_type,
                "ContentLength": wanted.size,
            },
            ExpiresIn=EXPIRES_IN_SECONDS,
        )
    except (NoCredentialsError, CredentialRetrievalError) as error:
        raise HTTPException(503, "uploads need AWS credentials") from error
    headers = {"Content-Type": wanted.content_type, "Content-Length": str(wanted.size)}
    return Upload(url=url, headers=headers, key=key)
