"""One-shot tasks whose containers run: the commands of their definition, as processes of this machine.

Where EMULATOR_TASK (JSON) has `images`, every container of a task is run in its turn, with nothing but the variables,
the secrets and the programs that it is given:
  images      name of an image (a part of it) -> folder of its programs, which goes before /bin
  entryPoints name of an image (a part of it) -> its ENTRYPOINT, for containers whose definition has none
  files       path inside a container -> path here
  variables   put over those of the definition, as far as it has them: where a host really is
  slowStart   seconds until the containers run
A folder that containers share is a folder here; its path is replaced in their arguments and variables.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import compute
import moto.ecs.models as ecs
from moto.ecs.responses import EC2ContainerServiceResponse
from plus import client

Definition = dict[str, Any]
_run_task = ecs.EC2ContainerServiceBackend.run_task
_respond = EC2ContainerServiceResponse.run_task
_stop_task = ecs.EC2ContainerServiceBackend.stop_task
machines: dict[str, "Machine"] = {}


class Machine:
    """What runs a task."""

    def __init__(self, backend: Any, task: Any, settings: dict[str, Any], open_to_sessions: bool) -> None:
        self.backend, self.task, self.settings = backend, task, settings
        self.open_to_sessions, self.stopping = open_to_sessions, threading.Event()
        definition = backend.describe_task_definition(task.task_definition_arn)
        self.containers: list[Definition] = definition.container_definitions
        self.processes: list[subprocess.Popen[str]] = []
        self.folder = tempfile.mkdtemp(prefix="task-")
        task.advance = lambda: None
        task._status = "PENDING"
        task.containers = []
        for wanted in self.containers:
            made = ecs.Container(definition)
            made.name, made.image, made.exitCode, made.reason = wanted["name"], wanted["image"], None, None
            task.containers.append(made)
        overrides = (task.overrides or {}).get("containerOverrides", [])
        self.commands = {one["name"]: one["command"] for one in overrides if "command" in one}

    def run(self) -> None:
        self.stopping.wait(self.settings.get("slowStart", 0))
        reason, code = "Essential container in task exited", "EssentialContainerExited"
        try:
            secrets = {wanted["name"]: self.secrets(wanted) for wanted in self.containers}
            self.task._status = "RUNNING"
            done: dict[str, int] = {}
            while ready := self.ready(done):
                done[ready["name"]] = self.run_one(ready, secrets[ready["name"]])
        except LookupError as error:
            reason, code = str(error), "TaskFailedToStart"
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
        self.task.stopped_reason = self.task.stopped_reason or reason
        self.task.stop_code = code
        self.task.desired_status = self.task._status = "STOPPED"

    def ready(self, done: dict[str, int]) -> Definition | None:
        """The next container whose turn it is."""
        for wanted in self.containers if not self.stopping.is_set() else []:
            before = [done.get(one["containerName"]) for one in wanted.get("dependsOn", [])]
            if wanted["name"] not in done and all(code == 0 for code in before):
                return wanted
        return None

    def secrets(self, wanted: Definition) -> dict[str, str]:
        """As the agent of ECS reads them, before any container runs."""
        found = {}
        api = client("ssm", self.backend.account_id, self.backend.region_name)
        for one in wanted.get("secrets", []):
            name = re.sub(r"^arn:[^/]*:parameter(?=/)", "", one["valueFrom"])
            parameters = api.get_parameters(Names=[name], WithDecryption=True)["Parameters"]
            if not parameters:
                raise LookupError(
                    "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval "
                    f"failed: unable to retrieve secrets from ssm: The task cannot start: invalid ssm parameters: {name}"
                )
            found[one["name"]] = parameters[0]["Value"]
        return found

    def run_one(self, wanted: Definition, secrets: dict[str, str]) -> int:
        entry = wanted.get("entryPoint") or self.of_image("entryPoints", wanted) or []
        command = [*entry, *(self.commands.get(wanted["name"]) or wanted.get("command") or [])]
        made = next(one for one in self.task.containers if one.name == wanted["name"])
        try:
            process = subprocess.Popen(
                [self.localized(word, wanted) for word in command],
                env=self.environment(wanted) | secrets,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
        except OSError as error:
            made.reason = f"CannotStartContainerError: executable file not found: {error.strerror}"
            raise LookupError(made.reason) from error
        self.processes.append(process)
        if self.open_to_sessions:
            made.managed_agents = [{"name": "ExecuteCommandAgent", "lastStatus": "RUNNING"}]
        self.log(wanted, process)
        made.exitCode = process.wait()
        if made.exitCode < 0:
            made.exitCode = 128 - made.exitCode
        return int(made.exitCode)

    def environment(self, wanted: Definition) -> dict[str, str]:
        given = {one["name"]: self.localized(one["value"], wanted) for one in wanted.get("environment", [])}
        for name, value in self.settings.get("variables", {}).items():
            if name in given:
                given[name] = value
        programs = self.of_image("images", wanted)
        path = f"{programs}:/usr/local/bin:/usr/bin:/bin" if programs else "/usr/bin:/bin"
        return {"PATH": path, "HOME": self.folder, "LANG": "C.UTF-8"} | self.credentials() | given

    def credentials(self) -> dict[str, str]:
        """Of the task's role."""
        account = self.backend.account_id
        role = client("sts", account, self.backend.region_name).assume_role(
            RoleArn=f"arn:aws:iam::{account}:role/task", RoleSessionName="task"
        )["Credentials"]
        return {
            "AWS_ENDPOINT_URL": os.environ["EMULATOR_URL"],
            "AWS_REGION": self.backend.region_name,
            "AWS_DEFAULT_REGION": self.backend.region_name,
            "AWS_ACCESS_KEY_ID": role["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": role["SecretAccessKey"],
            "AWS_SESSION_TOKEN": role["SessionToken"],
        }

    def of_image(self, kind: str, wanted: Definition) -> Any:
        return next((value for part, value in self.settings.get(kind, {}).items() if part in wanted["image"]), None)

    def localized(self, text: str, wanted: Definition) -> str:
        for inside, outside in self.settings.get("files", {}).items():
            text = text.replace(inside, outside)
        for point in wanted.get("mountPoints", []):
            folder = Path(self.folder) / point["sourceVolume"]
            folder.mkdir(exist_ok=True)
            text = re.sub(rf"(?<![\w/]){re.escape(point['containerPath'])}(?=/|$)", str(folder), text)
        return text

    def log(self, wanted: Definition, process: subprocess.Popen[str]) -> None:
        options = wanted["logConfiguration"]["options"]
        api = client("logs", self.backend.account_id, self.backend.region_name)
        group, stream = options["awslogs-group"], f"{options['awslogs-stream-prefix']}/{wanted['name']}/{self.task.id}"
        created = False
        assert process.stdout
        for line in process.stdout:
            if not created:
                api.create_log_stream(logGroupName=group, logStreamName=stream)
                created = True
            event = {"timestamp": int(time.time() * 1000), "message": line.rstrip("\n") or " "}
            api.put_log_events(logGroupName=group, logStreamName=stream, logEvents=[event])

    def stop(self, reason: str) -> None:
        self.task.stopped_reason = reason
        self.stopping.set()
        for process in self.processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)


def run_task(self: Any, *args: Any, **kwargs: Any) -> Any:
    file = Path(os.environ["EMULATOR_TASK"])
    settings = json.loads(file.read_text()) if file.exists() else {}
    if "images" not in settings:
        return _run_task(self, *args, **kwargs)
    tasks = compute._run_task(self, *args, **kwargs)
    for task in tasks:
        machine = machines[task.task_arn] = Machine(self, task, settings, getattr(asked, "sessions", False))
        threading.Thread(target=machine.run, daemon=True).start()
    return tasks


def stop_task(self: Any, cluster: str, task_str: str, reason: str) -> Any:
    for arn, machine in machines.items():
        if task_str in arn:
            machine.stop(reason)
            return machine.task
    return _stop_task(self, cluster, task_str, reason)


# moto does not hand on whether sessions are wanted.
asked = threading.local()


def respond(self: Any) -> Any:
    asked.sessions = bool(self._get_param("enableExecuteCommand"))
    return _respond(self)


ecs.EC2ContainerServiceBackend.run_task = run_task
ecs.EC2ContainerServiceBackend.stop_task = stop_task
EC2ContainerServiceResponse.run_task = respond
