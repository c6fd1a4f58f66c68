"""Pushes an image that is no more than its name and processor: what the stand-in for Docker does.

usage: push_image.py ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY:TAG ARCHITECTURE
"""

import sys

import boto3
from pushing import push

host, name = sys.argv[1].split("/", 1)
repository, tag = name.split(":", 1)
push(boto3.client("ecr", region_name=host.split(".")[3]), repository, tag, sys.argv[2])
