"""`up --zip` takes a zip that the functions can run, and no other."""

from __future__ import annotations

import json
import zipfile

from tests.infra.stacks.building_site import BuildingSite, site

__all__ = ["site"]  # fixtures


def test_a_zip_for_another_machine_or_python_is_refused_before_anything_is_made(site: BuildingSite) -> None:
    runs = {"Handler": "lambda_function.lambda_handler", "Runtime": "python3.13", "Architectures": ["arm64"]}
    site.template["Resources"]["Bot"] = {"Type": "AWS::Serverless::Function", "Properties": runs}
    template, zipped = site.folder / "template.json", site.folder / "wrong.zip"
    template.write_text(json.dumps(site.template))
    for built_for in ("cpython-311 on aarch64", "cpython-313 on x86_64"):
        with zipfile.ZipFile(zipped, "w") as archive:
            archive.writestr("lambda_function.py", "")
            archive.writestr(f"core.{built_for.replace(' on ', '-')}-linux-gnu.so", "")
        result = site.run("up", "--yes", "--stack", site.stack, "--zip", str(zipped), "--template", str(template))
        assert result.exit_code == 1
        assert f"The zip is for {built_for}; Bot runs cpython-313 on aarch64." in result.stderr
        assert (site.status, site.buckets) == ("", [])
