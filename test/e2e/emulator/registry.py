"""The registry's layers: uploaded in parts, checked, downloaded from S3; images that name what is there; other accounts."""

import base64
import hashlib
import json
import uuid
from typing import Any

import moto.ecr.models as ecr
from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult
from moto.ecr.responses import ECRResponse
from plus import client

# Bytes that ECR wants in each part; here small, so that a test's layer has several.
PART_SIZE = 100_000

Key = tuple[str, str]
layers: dict[Key, dict[str, bytes]] = {}
uploads: dict[str, bytearray] = {}


def repository_of(self: Any) -> tuple[Any, Key]:
    """The repository that a call means, if its account lets this one in."""
    account, name = self._get_param("registryId") or self.current_account, self._get_param("repositoryName")
    found = ecr.ecr_backends[account][self.region].repositories.get(name)
    if found is None:
        raise JsonRESTError("RepositoryNotFoundException", f"no repository {name} in the registry {account}")
    if account != self.current_account and self.current_account not in str(found.policy):
        raise JsonRESTError("AccessDeniedException", f"{self.current_account} is not authorized to read {name}")
    return found, (account, name)


def initiate_layer_upload(self: Any) -> ActionResult:
    repository_of(self)
    upload = str(uuid.uuid4())
    uploads[upload] = bytearray()
    return ActionResult({"uploadId": upload, "partSize": PART_SIZE})


def upload_layer_part(self: Any) -> ActionResult:
    upload, part = uploads[self._get_param("uploadId")], base64.b64decode(self._get_param("layerPartBlob"))
    first, last = self._get_int_param("partFirstByte"), self._get_int_param("partLastByte")
    if first != len(upload) or last != first + len(part) - 1:
        raise JsonRESTError("InvalidLayerPartException", f"expected byte {len(upload)}, got {first} to {last}")
    upload.extend(part)
    return ActionResult({"uploadId": self._get_param("uploadId"), "lastByteReceived": last})


def complete_layer_upload(self: Any) -> ActionResult:
    _, key = repository_of(self)
    data = bytes(uploads.pop(self._get_param("uploadId")))
    digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
    if digest not in self._get_param("layerDigests"):
        raise JsonRESTError("InvalidLayerException", "the digest does not match")
    layers.setdefault(key, {})[digest] = data
    return ActionResult({"layerDigest": digest})


def batch_check_layer_availability(self: Any) -> ActionResult:
    _, key = repository_of(self)
    there = layers.get(key, {})
    asked = self._get_param("layerDigests")
    found = [{"layerDigest": d, "layerAvailability": "AVAILABLE", "layerSize": len(there[d])} for d in asked if d in there]
    missing = [{"layerDigest": d, "failureCode": "MissingLayerDigest"} for d in asked if d not in there]
    return ActionResult({"layers": found, "failures": missing})


def get_download_url_for_layer(self: Any) -> ActionResult:
    _, key = repository_of(self)
    digest = self._get_param("layerDigest")
    data = layers.get(key, {}).get(digest)
    if data is None:
        raise JsonRESTError("LayersNotFoundException", f"no layer {digest}")
    s3 = client("s3", key[0], self.region)
    bucket = f"starport-layers-{key[0]}-{self.region}"
    if bucket not in [one["Name"] for one in s3.list_buckets()["Buckets"]]:
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": self.region})
    s3.put_object(Bucket=bucket, Key=digest, Body=data)
    url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": digest}, ExpiresIn=3600)
    return ActionResult({"downloadUrl": url, "layerDigest": digest})


for operation in (
    initiate_layer_upload,
    upload_layer_part,
    complete_layer_upload,
    batch_check_layer_availability,
    get_download_url_for_layer,
):
    setattr(ECRResponse, operation.__name__, operation)

# An image's digest is that of its manifest, and all that the manifest names must have been uploaded.
_put_image = ECRResponse.put_image
_batch_get_image = ECRResponse.batch_get_image


def put_image(self: Any) -> ActionResult:
    repository, key = repository_of(self)
    text, wanted = self._get_param("imageManifest"), self._get_param("imageDigest")
    digest = f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
    if wanted not in (None, digest):
        raise JsonRESTError("ImageDigestDoesNotMatchException", f"the digest is {digest}, not {wanted}")
    manifest = json.loads(text)
    named = [part["digest"] for part in [manifest.get("config"), *manifest.get("layers", [])] if part]
    if missing := [one for one in named if one not in layers.get(key, {})]:
        raise JsonRESTError("LayersNotFoundException", f"no layers {missing}")
    answer = _put_image(self)
    for image in repository.images:
        if image.image_manifest == text:
            image._image_digest = digest
    return answer


def batch_get_image(self: Any) -> ActionResult:
    _, (account, name) = repository_of(self)
    backend = ecr.ecr_backends[account][self.region]
    return ActionResult(backend.batch_get_image(name, account, self._get_param("imageIds")))


ECRResponse.put_image = put_image
ECRResponse.batch_get_image = batch_get_image
