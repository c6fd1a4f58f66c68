"""moto's server with the parts of CloudFormation, ECS, RDS and CodeBuild that the generated stacks need.

usage: server.py PORT LOG TASK   LOG: where failures of resources go; TASK: what one-shot tasks do (see compute.py)
"""

import os
import sys

port, os.environ["EMULATOR_LOG"], os.environ["EMULATOR_TASK"] = sys.argv[1:4]
os.environ["EMULATOR_URL"] = f"http://127.0.0.1:{port}"
os.environ["MOTO_ECS_SERVICE_RUNNING"] = "1"

import audit  # noqa: E402, F401
import build  # noqa: E402, F401
import cloudformation  # noqa: E402, F401
import compute  # noqa: E402, F401
import database  # noqa: E402, F401
import exports  # noqa: E402, F401
import features  # noqa: E402, F401
import insights  # noqa: E402, F401
import network  # noqa: E402, F401
import storage  # noqa: E402, F401
import watch  # noqa: E402, F401
from moto.server import main  # noqa: E402

main(["-H", "127.0.0.1", "-p", port])
