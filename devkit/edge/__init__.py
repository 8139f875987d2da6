"""CloudFront on one machine: it routes by the distribution in infra/template.yaml, read from that very file.

    template      CloudFormation's YAML, with its tags
    distribution  behaviours and origins out of it; what is not known here is refused, not passed over
    policies      what may be compressed, and which headers an answer gets
    matching      which behaviour takes a path
    viewer        the CloudFront Functions of the template, really run
    signing       origin access control: signed requests, and the function URL that takes no others
    origins       the site bucket, and the function URL over HTTP
    answers       what CloudFront does to an answer: its headers policy, compression
    server        a request's way through all of these;  wire: the request itself

It keeps nothing in a cache and speaks plain HTTP: the redirect to https and HTTP/2 belong to the real one.
"""

from devkit.edge.distribution import Distribution, read_distribution
from devkit.edge.server import Edge
from devkit.edge.template import TEMPLATE, TemplateUnclear, read_template

__all__ = ["TEMPLATE", "Distribution", "Edge", "TemplateUnclear", "read_distribution", "read_template"]
