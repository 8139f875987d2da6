"""CloudFront on one machine: it routes by the distribution in infra/template.yaml.

    template      reads CloudFormation's YAML, with its tags
    distribution  behaviours and origins; an unknown property is refused, not ignored
    policies      compression, and the headers that are added to answers
    matching      the behaviour of a path
    viewer        runs the template's CloudFront Functions
    signing       origin access control: signs requests, and checks them at the function URL
    origins       the site bucket, and the function URL over HTTP
    answers       applies the headers policy and compression to an answer
    server        the whole path of a request;  wire: the request itself

It has no cache and speaks plain HTTP: only the real CloudFront redirects to https and uses HTTP/2.
"""

from devkit.edge.distribution import Distribution, read_distribution
from devkit.edge.server import Edge
from devkit.edge.template import TEMPLATE, TemplateUnclear, read_template

__all__ = ["TEMPLATE", "Distribution", "Edge", "TemplateUnclear", "read_distribution", "read_template"]
