"""Checks a JSON value against a schema of data/openai/openapi-admin.json: the part of JSON Schema that is used there."""

import json
import os

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TYPES = {
    "object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float),
    "null": type(None),
}
KNOWN = {
    "type", "properties", "required", "enum", "items", "oneOf", "anyOf", "allOf", "$ref", "nullable", "format", "default",
    "discriminator", "minimum", "maximum", "deprecated", "additionalProperties",
}


class Description:
    """OpenAI's description."""

    def __init__(self, path=os.path.join(TOP, "data", "openai", "openapi-admin.json")):
        with open(path, encoding="utf-8") as file:
            self.root = json.load(file)

    def operations(self):
        """Every (method, path) that is described."""
        for path, item in self.root["paths"].items():
            for method in item:
                if method != "parameters":
                    yield method.upper(), path

    def parameters(self, method, path):
        """The parameters of an operation."""
        return self.root["paths"][path][method.lower()].get("parameters", [])

    def answer_schema(self, method, path, status="200"):
        """The schema of an answer."""
        answer = self.root["paths"][path][method.lower()]["responses"][status]
        return answer["content"]["application/json"]["schema"]

    def named(self, name):
        """A schema by its name."""
        return {"$ref": "#/components/schemas/" + name}

    def resolve(self, reference):
        """What a $ref names."""
        found = self.root
        for part in reference.lstrip("#/").split("/"):
            found = found[part]
        return found

    def faults(self, value, schema, where="$"):
        """What is wrong with a value: a list of words, empty when nothing is."""
        unknown = set(schema) - KNOWN
        assert not unknown, "the checker does not know %s" % unknown
        if "$ref" in schema:
            return self.faults(value, self.resolve(schema["$ref"]), where)
        if value is None and schema.get("nullable"):
            return []
        found = self._alternatives(value, schema, where)
        found += self._plain(value, schema, where)
        if isinstance(value, dict):
            found += self._members(value, schema, where)
        if isinstance(value, list) and "items" in schema:
            for index, item in enumerate(value):
                found += self.faults(item, schema["items"], "%s[%d]" % (where, index))
        return found

    def _alternatives(self, value, schema, where):
        found = []
        for part in schema.get("allOf", ()):
            found += self.faults(value, part, where)
        for word, enough in (("anyOf", lambda n: n >= 1), ("oneOf", lambda n: n == 1)):
            if word in schema:
                tried = [self.faults(value, part, where) for part in schema[word]]
                if not enough(tried.count([])):
                    found.append("%s: fits %d of %s: %s" % (where, tried.count([]), word, min(tried, key=len)))
        return found

    @staticmethod
    def _plain(value, schema, where):
        found = []
        kind = schema.get("type")
        if kind and (not isinstance(value, TYPES[kind]) or (isinstance(value, bool) and kind in ("integer", "number"))):
            found.append("%s: %r is no %s" % (where, value, kind))
        if "enum" in schema and value not in schema["enum"]:
            found.append("%s: %r is none of %s" % (where, value, schema["enum"]))
        if "minimum" in schema and isinstance(value, int) and value < schema["minimum"]:
            found.append("%s: %r is less than %s" % (where, value, schema["minimum"]))
        return found

    def _members(self, value, schema, where):
        found = ["%s: %s is missing" % (where, name) for name in schema.get("required", ()) if name not in value]
        for name, part in schema.get("properties", {}).items():
            if name in value:
                found += self.faults(value[name], part, where + "." + name)
        return found


def _self_test():
    from . import tap

    cases = [
        ({"type": "integer"}, 3, True), ({"type": "integer"}, True, False), ({"type": "integer"}, "3", False),
        ({"enum": ["a"]}, "b", False), ({"anyOf": [{"type": "string"}, {"type": "null"}]}, None, True),
        ({"oneOf": [{"type": "integer"}, {"type": "number"}]}, 1, False),
        ({"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}, {}, False),
        ({"type": "object", "properties": {"a": {"type": "string"}}}, {"a": 1}, False),
        ({"type": "array", "items": {"type": "string"}}, ["a", 1], False),
        ({"type": "string", "nullable": True}, None, True),
        ({"$ref": "#/components/schemas/Error"}, {"type": "t", "message": "m", "param": None, "code": None}, True),
        ({"$ref": "#/components/schemas/Error"}, {"type": "t", "message": "m", "param": None}, False),
    ]

    @tap.test("the checker tells what fits from what does not")
    def _():
        description = Description()
        for schema, value, fits in cases:
            assert (description.faults(value, schema) == []) == fits, (schema, value)

    tap.main()


if __name__ == "__main__":
    _self_test()
