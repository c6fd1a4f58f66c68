"""CodeBuild, and what GitHub logs in with."""

import io
import json
import time
import zipfile
from typing import Any

import moto.codebuild.models as codebuild
from moto.codebuild.responses import CodeBuildResponse
from plus import camel, client, cloudformation_type, tags
from pushing import push


def project(properties: Any, name: str, account: str, region: str) -> Any:
    source = camel(properties["Source"])
    source["buildspec"] = source.pop("buildSpec", "")
    made = client("codebuild", account, region).create_project(
        name=name,
        source={key: value for key, value in source.items() if value not in (None, "")},
        artifacts=camel(properties["Artifacts"]),
        environment=camel(properties["Environment"]),
        logsConfig=camel(properties["LogsConfig"]),
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

# A build takes a few looks. It pushes its tag when the zip has the project's build spec and Dockerfile, and logs as it
# goes; a Dockerfile whose only command is `exit 1` fails, as it would.
_start_build = CodeBuildResponse.start_build
_list_builds = codebuild.CodeBuildBackend.list_builds_for_project
LOOKS = 3
running: dict[str, dict[str, Any]] = {}


def start_build(self: Any) -> str:
    """moto's times are text, which CodeBuild never sends."""
    build = json.loads(_start_build(self))["build"]
    backend = self.codebuild_backend
    account, region = backend.account_id, backend.region_name
    variables = self._get_param("environmentVariablesOverride")
    bucket, key = self._get_param("sourceLocationOverride").split("/", 1)
    archive = client("s3", account, region).get_object(Bucket=bucket, Key=key)["Body"].read()
    project_name = self._get_param("projectName")
    settings = backend.codebuild_projects[project_name].project_metadata
    group, stream = settings["logsConfig"]["cloudWatchLogs"]["groupName"], build["id"].split(":")[1]
    client("logs", account, region).create_log_stream(logGroupName=group, logStreamName=stream)
    kept = next(one for one in backend.build_metadata_history[project_name] if one["id"] == build["id"])
    kept["environment"] |= {"type": settings["environment"]["type"], "environmentVariables": variables}
    kept["logs"] |= {"groupName": group, "streamName": stream}
    kept["startTime"] = time.time()
    kept["phases"] = [{"phaseType": "SUBMITTED", "phaseStatus": "SUCCEEDED"}, {"phaseType": "QUEUED"}]
    given = {one["name"]: one["value"] for one in settings["environment"].get("environmentVariables", [])}
    running[build["id"]] = {
        "buildspec": settings["source"].get("buildspec") or "buildspec.yml",
        "dockerfile": given.get("DOCKERFILE", "Dockerfile"),
        "zip": zipfile.ZipFile(io.BytesIO(archive)),
        "repository": project_name.removesuffix("-build"),
        "tag": next(v["value"] for v in variables if v["name"] == "IMAGE_TAG"),
        "looks": 0,
    }
    return json.dumps({"build": kept})


def advance(self: Any, build: dict[str, Any]) -> None:
    work = running.get(build["id"])
    if work is None:
        return
    account, region = self.account_id, self.region_name
    names = set(work["zip"].namelist())
    complete = {work["dockerfile"], work["buildspec"]} <= names
    broken = not complete or b"RUN exit 1" in work["zip"].read(work["dockerfile"])
    work["looks"] += 1
    steps = ["Running command docker build", "ERROR: exit code: 1" if broken else "Step 2/2 : CMD serve"]
    if work["looks"] <= len(steps):
        log = build["logs"]
        event = {"timestamp": int(time.time() * 1000), "message": f"[Container] {steps[work['looks'] - 1]}\n"}
        client("logs", account, region).put_log_events(
            logGroupName=log["groupName"], logStreamName=log["streamName"], logEvents=[event]
        )
    if work["looks"] < LOOKS:
        return
    del running[build["id"]]
    build["buildComplete"] = True
    if broken:
        build["buildStatus"], build["currentPhase"] = "FAILED", "COMPLETED"
        reason = "Error while executing command: docker build. Reason: exit status 1"
        context = {"statusCode": "COMMAND_EXECUTION_ERROR", "message": reason}
        build["phases"] = [{"phaseType": "BUILD", "phaseStatus": "FAILED", "contexts": [context]}]
        return
    architecture = "arm64" if build["environment"]["type"] == "ARM_CONTAINER" else "amd64"
    push(client("ecr", account, region), work["repository"], work["tag"], architecture)
    build["buildStatus"], build["currentPhase"] = "SUCCEEDED", "COMPLETED"


def batch_get_builds(self: Any, ids: list[str]) -> Any:
    builds = [build for history in self.build_metadata_history.values() for build in history if build["id"] in ids]
    for build in builds:
        advance(self, build)
    return builds


def list_builds_for_project(self: Any, project_name: str) -> list[str]:
    """Newest first, which is what CodeBuild does unless it is asked otherwise."""
    return list(reversed(_list_builds(self, project_name)))


CodeBuildResponse.start_build = start_build
codebuild.CodeBuildBackend.batch_get_builds = batch_get_builds
codebuild.CodeBuildBackend.list_builds_for_project = list_builds_for_project


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
