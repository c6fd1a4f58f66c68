"""moto's server with the parts of CloudFormation, ECS, RDS and CodeBuild that the generated stacks need.

usage: server.py PORT LOG TASK SERVICE   LOG: where failures of resources go; TASK: what one-shot tasks do (see
compute.py); SERVICE: what the next deployment does (see deployments.py)
"""

import os
import sys

port, *files = sys.argv[1:5]
os.environ |= dict(zip(("EMULATOR_LOG", "EMULATOR_TASK", "EMULATOR_SERVICE"), files, strict=True))
os.environ["EMULATOR_URL"] = f"http://127.0.0.1:{port}"
os.environ["MOTO_ECS_SERVICE_RUNNING"] = "1"
os.environ["MOTO_ACM_VALIDATION_WAIT"] = "0"

import audit  # noqa: E402, F401
import build  # noqa: E402, F401
import cloudformation  # noqa: E402, F401
import compute  # noqa: E402, F401
import containers  # noqa: E402, F401
import database  # noqa: E402, F401
import deployments  # noqa: E402, F401
import exports  # noqa: E402, F401
import features  # noqa: E402, F401
import insights  # noqa: E402, F401
import network  # noqa: E402, F401
import registry  # noqa: E402, F401
import served  # noqa: E402, F401
import storage  # noqa: E402, F401
import watch  # noqa: E402, F401
import care  # noqa: E402, F401  # last: it puts itself around what the others have made of deleting a stack
from moto.server import main  # noqa: E402

main(["-H", "127.0.0.1", "-p", port])
