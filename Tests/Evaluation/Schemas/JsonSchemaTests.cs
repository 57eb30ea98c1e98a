using System.Text.Json;
using System.Text.Json.Nodes;
using LlmOps.Evaluation;

namespace LlmOps.Tests.Evaluation.Schemas;

public sealed class JsonSchemaTests
{
    private static JsonSchema Schema(string json, bool assertFormats = false)
    {
        var schema = JsonSchema.Parse(json, assertFormats);
        Assert.True(schema.Value is not null, schema.Refusal?.Detail);
        return schema.Value;
    }

    private static bool Valid(string schema, string value) => Schema(schema).IsValid(JsonDocument.Parse(value).RootElement);

    [Theory]
    [InlineData("""{"const": 1}""", "1.0", true)]
    [InlineData("""{"const": 1}""", "10e-1", true)]
    [InlineData("""{"const": 1}""", "true", false)]
    [InlineData("""{"const": 9007199254740993}""", "9007199254740992", false)]
    [InlineData("""{"enum": [{"a": 1, "b": [2]}]}""", """{"b": [2.0], "a": 1}""", true)]
    [InlineData("""{"type": "integer"}""", "1.0", true)]
    [InlineData("""{"type": "integer"}""", "1.5", false)]
    [InlineData("""{"type": "integer"}""", "1e400", true)]
    [InlineData("""{"multipleOf": 0.01}""", "19.99", true)]
    [InlineData("""{"multipleOf": 0.01}""", "19.999", false)]
    [InlineData("""{"multipleOf": 3}""", "1e400", false)]
    [InlineData("""{"multipleOf": 1e-400}""", "1", true)]
    [InlineData("""{"maximum": 1e400}""", "1e401", false)]
    [InlineData("""{"exclusiveMinimum": 0.1}""", "0.10", false)]
    [InlineData("""{"exclusiveMinimum": 0.1}""", "0.1000000000000000000000000000001", true)]
    [InlineData("""{"minimum": -1.5}""", "-1.50001", false)]
    public void Numbers_are_compared_exactly_as_they_are_written(string schema, string value, bool valid) => Assert.Equal(valid, Valid(schema, value));

    [Theory]
    [InlineData("""{"maxLength": 2}""", "\"\\ud83d\\ude00\\ud83d\\ude00\"", true)]
    [InlineData("""{"maxLength": 1}""", "\"😀😀\"", false)]
    [InlineData("""{"minLength": 3}""", "\"äö\"", false)]
    [InlineData("""{"pattern": "^BK[0-9]{8}$"}""", "\"BK12345678\"", true)]
    [InlineData("""{"pattern": "^BK[0-9]{8}$"}""", "\"BK1234567\"", false)]
    public void Characters_are_code_points(string schema, string value, bool valid) => Assert.Equal(valid, Valid(schema, value));

    [Theory]
    [InlineData("""{"properties": {"a": true}, "unevaluatedProperties": false}""", """{"a": 1}""", true)]
    [InlineData("""{"allOf": [{"properties": {"a": true}}], "unevaluatedProperties": false}""", """{"a": 1, "b": 2}""", false)]
    [InlineData("""{"anyOf": [{"properties": {"a": {"type": "string"}}}, {"properties": {"b": true}}], "unevaluatedProperties": false}""", """{"a": 1, "b": 2}""", false)]
    [InlineData("""{"anyOf": [{"properties": {"a": {"type": "integer"}}}, {"properties": {"b": true}}], "unevaluatedProperties": false}""", """{"a": 1, "b": 2}""", true)]
    [InlineData("""{"if": {"properties": {"a": true}, "required": ["a"]}, "then": {"properties": {"b": true}}, "unevaluatedProperties": false}""", """{"a": 1, "b": 2}""", true)]
    [InlineData("""{"if": {"properties": {"a": true}, "required": ["a"]}, "then": {"properties": {"b": true}}, "unevaluatedProperties": false}""", """{"b": 2}""", false)]
    [InlineData("""{"not": {"not": {"properties": {"a": true}}}, "unevaluatedProperties": false}""", """{"a": 1}""", false)]
    [InlineData("""{"prefixItems": [true], "contains": {"type": "string"}, "unevaluatedItems": false}""", """[1, "a", "b"]""", true)]
    [InlineData("""{"prefixItems": [true], "contains": {"type": "string"}, "unevaluatedItems": false}""", """[1, "a", 2]""", false)]
    [InlineData("""{"contains": {"const": 1}, "minContains": 2, "maxContains": 3}""", "[1, 1, 1.0, 1]", false)]
    [InlineData("""{"contains": {"const": 1}, "minContains": 0}""", "[]", true)]
    [InlineData("""{"dependentSchemas": {"a": {"required": ["b"]}}, "dependentRequired": {"b": ["c"]}}""", """{"a": 1, "b": 1}""", false)]
    [InlineData("""{"oneOf": [{"minimum": 2}, {"maximum": 3}]}""", "2.5", false)]
    [InlineData("""{"uniqueItems": true}""", """[{"a": 1, "b": 2}, {"b": 2.0, "a": 1}]""", false)]
    [InlineData("""{"uniqueItems": true}""", "[1, true, \"1\", [1], 0, false]", true)]
    [InlineData("""{"patternProperties": {"^x-": {"type": "string"}}, "additionalProperties": false}""", """{"x-a": "b"}""", true)]
    [InlineData("""{"patternProperties": {"^x-": {"type": "string"}}, "additionalProperties": false}""", """{"y": "b"}""", false)]
    [InlineData("""{"propertyNames": {"maxLength": 3}}""", """{"long name": 1}""", false)]
    [InlineData("""{"prefixItems": [{"type": "integer"}], "items": {"type": "string"}}""", """[1, "a", 2]""", false)]
    public void Keywords_that_look_at_each_other_agree(string schema, string value, bool valid) => Assert.Equal(valid, Valid(schema, value));

    [Theory]
    [InlineData("""{"$defs": {"a": {"type": "integer"}}, "properties": {"x": {"$ref": "#/$defs/a"}}}""", """{"x": "1"}""", false)]
    [InlineData("""{"$defs": {"a b/~": {"type": "integer"}}, "$ref": "#/$defs/a%20b~1~0"}""", "1", true)]
    [InlineData("""{"$defs": {"a": {"$anchor": "whole", "type": "integer"}}, "$ref": "#whole"}""", "\"1\"", false)]
    [InlineData("""{"$id": "https://x.example/root", "$defs": {"a": {"$id": "item", "$defs": {"b": {"type": "integer"}}, "$ref": "#/$defs/b"}}, "$ref": "item"}""", "\"1\"", false)]
    [InlineData("""{"type": "object", "properties": {"next": {"$ref": "#"}}, "additionalProperties": false}""", """{"next": {"next": {"other": 1}}}""", false)]
    [InlineData("""
        {"$id": "https://x.example/strict", "$dynamicAnchor": "node", "$ref": "tree", "unevaluatedProperties": false,
         "$defs": {"tree": {"$id": "tree", "$dynamicAnchor": "node", "type": "object", "properties": {"data": true, "children": {"type": "array", "items": {"$dynamicRef": "#node"}}}}}}
        """, """{"children": [{"daat": 1}]}""", false)]
    public void References_stay_inside_the_document(string schema, string value, bool valid) => Assert.Equal(valid, Valid(schema, value));

    [Theory]
    [InlineData("""{"$ref": "https://example.com/schema.json"}""", "/$ref", "$defs")]
    [InlineData("""{"$ref": "#/$defs/none"}""", "/$ref", "Correct the reference")]
    [InlineData("""{"$schema": "http://json-schema.org/draft-07/schema#"}""", "/$schema", "2020-12")]
    [InlineData("""{"properties": {"a": {"pattern": "(?=x)"}}}""", "/properties/a/pattern", "linear time")]
    [InlineData("""{"properties": {"a": {"pattern": "(a)\\1"}}}""", "/properties/a/pattern", "back-references")]
    [InlineData("""{"properties": {"a": {"type": "text"}}}""", "/properties/a/type", "string")]
    [InlineData("""{"items": [{"type": "string"}]}""", "/items", "must be a schema")]
    [InlineData("""{"minLength": -1}""", "/minLength", "at least 0")]
    [InlineData("""{"multipleOf": 0}""", "/multipleOf", "more than 0")]
    [InlineData("""{"required": "a"}""", "/required", "list")]
    [InlineData("""{"a": 1, "a": 2}""", "", "Correct it")]
    public void An_unusable_schema_is_refused_with_its_pointer_and_a_cure(string schema, string pointer, string cure)
    {
        var refusal = JsonSchema.Parse(schema).Refusal;

        Assert.Equal("bad-schema", refusal?.Code);
        Assert.Contains(pointer, refusal!.Detail, StringComparison.Ordinal);
        Assert.Contains(cure, refusal.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_violation_is_named_with_its_pointer()
    {
        var schema = Schema("""
            {"type": "object", "required": ["id"], "properties": {"a/b": {"items": {"type": "integer", "minimum": 0}}, "size": {"enum": ["s", "m"]}}, "additionalProperties": false}
            """);

        var violations = schema.Validate(JsonNode.Parse("""{"a/b": [1, "x", -1], "size": "l", "more": null}"""));

        Assert.Equal(
            [("", "required"), ("/a~1b/1", "type"), ("/a~1b/2", "minimum"), ("/more", "false"), ("/size", "enum")],
            violations.Select(violation => (violation.Pointer, violation.Keyword)).Order());
    }

    // F63, F79: nothing a schema or a value can be makes the validator run without end or overflow its stack.
    [Theory]
    [InlineData("""{"$ref": "#"}""", "depth")]
    [InlineData("""{"not": {"$ref": "#"}}""", "depth")]
    [InlineData("""{"anyOf": [{"$ref": "#"}, {"$ref": "#"}]}""", "depth")]
    public void A_schema_that_goes_round_in_circles_is_a_violation_and_never_a_pass(string schema, string keyword) =>
        Assert.Equal(keyword, Schema(schema).Validate(JsonNode.Parse("{}"))[^1].Keyword);

    [Fact]
    public void A_schema_that_doubles_its_work_at_each_level_is_stopped()
    {
        var levels = string.Join(", ", Enumerable.Range(1, 40).Select(i => $$"""
            "a{{i}}": {"allOf": [{"$ref": "#/$defs/a{{i - 1}}"}, {"$ref": "#/$defs/a{{i - 1}}"}]}
            """));

        var violations = Schema($$$"""{"$defs": {"a0": {"type": "integer"}, {{{levels}}}}, "$ref": "#/$defs/a40"}""").Validate(JsonNode.Parse("1"));

        Assert.Equal("work", violations[^1].Keyword);
    }

    [Theory]
    [InlineData("""{"type": "array", "items": {"$ref": "#"}}""")]
    [InlineData("""{"uniqueItems": true}""")]
    [InlineData("""{"const": []}""")]
    public void A_value_nested_ten_thousand_deep_is_answered(string schema)
    {
        var deep = new string('[', 10_000) + new string(']', 10_000);
        var twice = JsonDocument.Parse($"[{deep}, {deep}]", new JsonDocumentOptions { MaxDepth = 20_000 });

        Assert.False(Schema(schema).IsValid(twice.RootElement));
    }

    [Fact]
    public void A_schema_nested_too_deep_is_refused()
    {
        var deep = string.Concat(Enumerable.Repeat("""{"not": """, 10_000)) + "true" + new string('}', 10_000);

        Assert.Equal("bad-schema", JsonSchema.Parse(deep).Refusal?.Code);
    }
}
