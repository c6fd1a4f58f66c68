"""CodeBuild, and what GitHub logs in with."""

import io
import json
import zipfile
from typing import Any

import moto.codebuild.models as codebuild
from moto.codebuild.responses import CodeBuildResponse
from plus import camel, client, cloudformation_type, tags


def project(properties: Any, name: str, account: str, region: str) -> Any:
    source = camel(properties["Source"])
    source["buildspec"] = source.pop("buildSpec", "")
    made = client("codebuild", account, region).create_project(
        name=name,
        source={key: value for key, value in source.items() if value not in (None, "")},
        artifacts=camel(properties["Artifacts"]),
        environment=camel(properties["Environment"]),
        serviceRole=properties["ServiceRole"],
        tags=camel(tags(properties)),
    )
    return name, {"Arn": made["project"]["arn"]}


cloudformation_type(
    "AWS::CodeBuild::Project",
    project,
    lambda name, _, account, region: client("codebuild", account, region).delete_project(name=name),
    lambda *_: None,
    "Name",
)

# A build succeeds and pushes its tag when the zip is one that buildspec.yml could have built.
_start_build = CodeBuildResponse.start_build
_batch_get_builds = codebuild.CodeBuildBackend.batch_get_builds
failed: set[str] = set()


def start_build(self: Any) -> str:
    answer = _start_build(self)
    build = json.loads(answer)["build"]
    variables = {v["name"]: v["value"] for v in self._get_param("environmentVariablesOverride")}
    backend = self.codebuild_backend
    account, region = backend.account_id, backend.region_name
    bucket, key = self._get_param("sourceLocationOverride").split("/", 1)
    archive = client("s3", account, region).get_object(Bucket=bucket, Key=key)["Body"].read()
    names = zipfile.ZipFile(io.BytesIO(archive)).namelist()
    if {"Dockerfile", "buildspec.yml"} <= set(names):
        repository = self._get_param("projectName").removesuffix("-build")
        push(client("ecr", account, region), repository, variables["IMAGE_TAG"])
    else:
        failed.add(build["id"])
    return answer


def push(ecr: Any, repository: str, tag: str) -> None:
    digest = "sha256:" + tag.encode().hex().ljust(64, "0")[:64]
    media = "application/vnd.docker.distribution.manifest.v2+json"
    manifest = {"schemaVersion": 2, "mediaType": media, "config": {"digest": digest}, "layers": []}
    ecr.put_image(repositoryName=repository, imageManifest=json.dumps(manifest), imageTag=tag)


def batch_get_builds(self: Any, ids: list[str]) -> Any:
    builds = _batch_get_builds(self, ids)
    for build in builds:
        if build["id"] in failed:
            build["buildStatus"] = "FAILED"
    return builds


CodeBuildResponse.start_build = start_build
codebuild.CodeBuildBackend.batch_get_builds = batch_get_builds


def oidc_provider(properties: Any, name: str, account: str, region: str) -> Any:
    made = client("iam", account, region).create_open_id_connect_provider(
        Url=properties["Url"],
        ClientIDList=properties.get("ClientIdList", []),
        ThumbprintList=properties.get("ThumbprintList", ["0" * 40]),
    )
    arn = made["OpenIDConnectProviderArn"]
    return arn, {"Arn": arn}


def delete_oidc_provider(arn: str, properties: Any, account: str, region: str) -> None:
    client("iam", account, region).delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)


cloudformation_type("AWS::IAM::OIDCProvider", oidc_provider, delete_oidc_provider)
