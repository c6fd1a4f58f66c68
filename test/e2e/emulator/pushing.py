"""Puts an image into the registry, as `docker push` does, with the calls of the API."""

import hashlib
import json
from typing import Any


def push(api: Any, repository: str, tag: str, architecture: str) -> None:
    """A config, a layer of its own for each tag, and a manifest; they hold no more than names."""

    def upload(data: bytes) -> dict[str, Any]:
        digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
        start = api.initiate_layer_upload(repositoryName=repository)
        size = start["partSize"]
        for first in range(0, len(data), size):
            part = data[first : first + size]
            api.upload_layer_part(
                repositoryName=repository,
                uploadId=start["uploadId"],
                partFirstByte=first,
                partLastByte=first + len(part) - 1,
                layerPartBlob=part,
            )
        api.complete_layer_upload(repositoryName=repository, uploadId=start["uploadId"], layerDigests=[digest])
        return {"digest": digest, "size": len(data)}

    config = upload(json.dumps({"architecture": architecture, "os": "linux", "config": {"Labels": {"tag": tag}}}).encode())
    layer = upload(tag.encode() * 6000)
    media = "application/vnd.docker.distribution.manifest.v2+json"
    manifest = {"schemaVersion": 2, "mediaType": media, "config": config, "layers": [layer]}
    api.put_image(repositoryName=repository, imageManifest=json.dumps(manifest), imageTag=tag)
