"""Deploys infra/aws/leo.yaml to a stand-in for AWS and tells what is there then, as JSON on stdout.

    deploy.py ENDPOINT TEMPLATE STACK [PARAMETER=VALUE]…

`HostedZoneId=new` and `CertificateArn=new` make these for `DomainName` first. The stand-in (moto) knows neither all
types of resources nor all functions of CloudFormation: what it does not know is taken out of the template, and told as
`unsupported`; what refers to it gets a placeholder. Judging is the caller's: tests/leo/aws/.
"""

import copy
import ipaddress
import json
import re
import sys
import warnings

# It tells on stderr about each type that it does not know; `unsupported` says the same.
warnings.simplefilter("ignore")

import boto3
from cfnlint.decode import cfn_yaml
from moto.cloudformation.parsing import get_model_map

# The zones that moto knows without being told a region.
REGION = "us-east-1"
# A type that it knows, and fails at where a database refers to it by `DBParameterGroupName`.
BROKEN = {"AWS::RDS::DBParameterGroup"}


def load(path):
    """The template, with `!Ref` and its like in their long form."""
    return json.loads(json.dumps(cfn_yaml.load(path)))


def supported(template, known):
    """The template without the resources whose type is not known, and the names of those."""
    template = copy.deepcopy(template)
    resources = template["Resources"]
    gone = {name for name, resource in resources.items() if resource["Type"] not in known}
    for name in gone:
        del resources[name]
    for resource in resources.values():
        wanted = resource.get("DependsOn", [])
        wanted = [wanted] if isinstance(wanted, str) else wanted
        resource["DependsOn"] = [name for name in wanted if name not in gone]
    defaults = {name: parameter.get("Default") for name, parameter in template["Parameters"].items()}
    return replaced(template, gone, defaults), sorted(gone)


def replaced(value, gone, parameters):
    """The same without references to `gone` and without functions that moto lacks."""
    if isinstance(value, list):
        return [replaced(item, gone, parameters) for item in value]
    if not isinstance(value, dict):
        return value
    if "Fn::Cidr" in value:
        block, count, bits = value["Fn::Cidr"]
        return subnets(parameters[block["Ref"]], count, bits)
    if value.get("Ref") in gone:
        return placeholder(value["Ref"])
    if "Fn::GetAtt" in value and value["Fn::GetAtt"][0] in gone:
        return placeholder(*value["Fn::GetAtt"])
    if "Fn::Sub" in value:
        return {"Fn::Sub": substituted(replaced(value["Fn::Sub"], gone, parameters), gone)}
    return {key: replaced(item, gone, parameters) for key, item in value.items()}


def substituted(value, gone):
    """The text of a `Fn::Sub`, alone or with its own names behind it, without references to `gone`."""
    if isinstance(value, list):
        return [substituted(value[0], gone), *value[1:]]

    def one(match):
        name, *attribute = match.group(1).split(".", 1)
        return placeholder(name, *attribute) if name in gone else match.group(0)

    return re.sub(r"\$\{([^!}]+)\}", one, value)


def placeholder(name, *attribute):
    return "-".join([name, *attribute]).replace(".", "-").lower()


def subnets(block, count, bits):
    network = ipaddress.ip_network(block)
    return [str(subnet) for subnet, _ in zip(network.subnets(new_prefix=32 - int(bits)), range(int(count)))]


class Account:
    """What a stack has made, as the services themselves tell it."""

    def __init__(self, endpoint):
        self.endpoint = endpoint

    def service(self, name):
        key = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        return boto3.client(name, endpoint_url=self.endpoint, region_name=REGION, **key)

    def zone(self, domain):
        return self.service("route53").create_hosted_zone(Name=domain, CallerReference=domain)["HostedZone"]["Id"]

    def certificate(self, domain):
        return self.service("acm").request_certificate(DomainName=domain)["CertificateArn"]

    def deploy(self, stack, template, parameters):
        stacks = self.service("cloudformation")
        given = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
        body = json.dumps(template)
        stacks.create_stack(StackName=stack, TemplateBody=body, Parameters=given, Capabilities=["CAPABILITY_IAM"])
        made = stacks.describe_stacks(StackName=stack)["Stacks"][0]
        pages = stacks.get_paginator("list_stack_resources").paginate(StackName=stack)
        resources = [resource for page in pages for resource in page["StackResourceSummaries"]]
        return made, {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in resources}

    def describe(self, ids):
        """By logical name, as far as there is more to say than that it is there."""
        ec2, balancers, ecs, s3 = (self.service(name) for name in ("ec2", "elbv2", "ecs", "s3"))
        groups = [name for name in ids if name.endswith("SecurityGroup")]
        tasks = [name for name in ids if name.endswith("Task")]
        return {
            **{name: ec2.describe_security_groups(GroupIds=[ids[name]])["SecurityGroups"][0] for name in groups},
            **{
                name: ecs.describe_task_definition(taskDefinition=ids[name])["taskDefinition"]
                for name in tasks
            },
            **{
                name: ecs.describe_services(cluster=ids["Cluster"], services=[ids[name]])["services"][0]
                for name in ("ApiService", "WorkerService")
            },
            "LoadBalancer": balancers.describe_load_balancer_attributes(LoadBalancerArn=ids["LoadBalancer"]),
            "ApiTargets": {
                **balancers.describe_target_groups(TargetGroupArns=[ids["ApiTargets"]])["TargetGroups"][0],
                **balancers.describe_target_group_attributes(TargetGroupArn=ids["ApiTargets"]),
            },
            "Listeners": balancers.describe_listeners(LoadBalancerArn=ids["LoadBalancer"])["Listeners"],
            "Database": self.service("rds").describe_db_instances(DBInstanceIdentifier=ids["Database"])["DBInstances"][0],
            "Bucket": s3.get_bucket_encryption(Bucket=ids["Bucket"]),
            "LogGroups": self.service("logs").describe_log_groups()["logGroups"],
        }


def main(endpoint, path, stack, *parameters):
    template = load(path)
    known = set(get_model_map()) - BROKEN
    deployable, unsupported = supported(template, known)
    del deployable["Resources"]["Database"]["Properties"]["DBParameterGroupName"]
    account = Account(endpoint)
    given = dict(each.split("=", 1) for each in parameters)
    for name, make in {"HostedZoneId": account.zone, "CertificateArn": account.certificate}.items():
        if given.get(name) == "new":
            given[name] = make(given["DomainName"])
    made, ids = account.deploy(stack, deployable, given)
    told = {
        "template": template,
        "given": given,
        "status": made["StackStatus"],
        "outputs": {each["OutputKey"]: each["OutputValue"] for each in made.get("Outputs", [])},
        "unsupported": unsupported,
        "ids": ids,
        "described": account.describe(ids),
    }
    json.dump(told, sys.stdout, default=str)


if __name__ == "__main__":
    main(*sys.argv[1:])
