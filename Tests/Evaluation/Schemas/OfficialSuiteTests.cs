using System.Text.Json;
using System.Text.Json.Nodes;
using LlmOps.Evaluation;

namespace LlmOps.Tests.Evaluation.Schemas;

/// <summary>The JSON-Schema-Test-Suite for draft 2020-12, where a machine has it: Debian's libtest-json-schema-acceptance-perl carries it,
/// or <c>JSON_SCHEMA_TEST_SUITE</c> names the folder that holds its <c>tests</c> and <c>remotes</c>.</summary>
public sealed class OfficialSuiteTests
{
    private const string Packaged = "/usr/share/perl5/auto/share/dist/Test-JSON-Schema-Acceptance";

    private static readonly string Suite = Environment.GetEnvironmentVariable("JSON_SCHEMA_TEST_SUITE") ?? Packaged;

    // Formats that have no use in a dataset (internationalised names, templates) stay annotations; drafts other than 2020-12 are refused.
    [Theory]
    [InlineData("", "*", 1140)]
    [InlineData("optional", "*", 120)]
    [InlineData("optional/format", "date,time,date-time,email,uuid,uri,ipv4,ipv6,hostname,json-pointer,regex", 280)]
    public void Every_verdict_is_the_suites_own(string part, string files, int atLeast)
    {
        var folder = Path.Combine(Suite, "tests", "draft2020-12", part);
        Assert.SkipUnless(Directory.Exists(folder), "The JSON-Schema-Test-Suite is not installed: apt-get install libtest-json-schema-acceptance-perl, or set JSON_SCHEMA_TEST_SUITE to its folder.");
        var (agreed, apart, refused) = (0, new List<string>(), new List<string>());

        foreach (var file in files.Split(',').SelectMany(name => Directory.EnumerateFiles(folder, $"{name}.json")).Order(StringComparer.Ordinal))
        {
            foreach (var group in JsonNode.Parse(File.ReadAllText(file))!.AsArray())
            {
                var schema = JsonSchema.Parse(WithRemotes(group!["schema"]!), assertFormats: part.EndsWith("format", StringComparison.Ordinal));
                if (schema.Refused)
                {
                    refused.Add($"{Path.GetFileName(file)}: {group["description"]}: {schema.Refusal.Detail}");
                    continue;
                }
                foreach (var test in JsonDocument.Parse(group.ToJsonString()).RootElement.GetProperty("tests").EnumerateArray())
                {
                    if (schema.Value.IsValid(test.GetProperty("data")) == test.GetProperty("valid").GetBoolean())
                        agreed++;
                    else
                        apart.Add($"{Path.GetFileName(file)}: {group["description"]}: {test.GetProperty("description")}");
                }
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{agreed} agreed, {apart.Count} apart, {refused.Count} schemas refused");
        foreach (var line in apart.Concat(refused))
            TestContext.Current.TestOutputHelper?.WriteLine(line);
        Assert.Empty(apart);
        Assert.InRange(agreed, atLeast, int.MaxValue);
    }

    /// <summary>The document with what it refers to under <c>$defs</c>, as the refusal of a remote reference asks for.</summary>
    private static JsonNode WithRemotes(JsonNode schema)
    {
        if (schema is not JsonObject whole || !schema.ToJsonString().Contains("ref\"", StringComparison.OrdinalIgnoreCase))
            return schema;
        var copy = whole.DeepClone().AsObject();
        var definitions = copy["$defs"] as JsonObject ?? [];
        copy["$defs"] = definitions.Parent is null ? definitions : definitions.DeepClone();
        var remotes = Path.Combine(Suite, "remotes");
        foreach (var file in Directory.EnumerateFiles(Path.Combine(remotes, "draft2020-12"), "*.json", SearchOption.AllDirectories))
        {
            var remote = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
            if (remote["$schema"]?.GetValue<string>() != "https://json-schema.org/draft/2020-12/schema")
                continue;
            var address = "http://localhost:1234/" + Path.GetRelativePath(remotes, file).Replace('\\', '/');
            if (!remote.ContainsKey("$id"))
                remote["$id"] = address;
            copy["$defs"]![address] = remote;
        }
        return copy;
    }
}
