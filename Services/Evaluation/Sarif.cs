using System.Text.Json.Nodes;

namespace LlmOps.Evaluation;

/// <summary>Findings as SARIF 2.1.0 (OASIS), which code scanning services show beside the lines of a change.</summary>
public static class Sarif
{
    /// <summary>What GitHub takes of one run.</summary>
    private const int MostResults = 25_000;

    public static JsonObject Of(IReadOnlyList<Finding> findings)
    {
        var told = findings.OrderBy(finding => finding.Level).Take(MostResults).ToList();
        var rules = told.Select(finding => finding.Rule).Distinct().ToList();
        return new JsonObject
        {
            ["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json",
            ["version"] = "2.1.0",
            ["runs"] = new JsonArray(new JsonObject
            {
                ["tool"] = new JsonObject
                {
                    ["driver"] = new JsonObject { ["name"] = "llmops", ["rules"] = new JsonArray([.. rules.Select(rule => new JsonObject { ["id"] = rule })]) },
                },
                ["columnKind"] = "unicodeCodePoints",
                ["results"] = new JsonArray([.. told.Select(finding => Result(finding, rules.IndexOf(finding.Rule)))]),
            }),
        };
    }

    private static JsonObject Result(Finding finding, int rule)
    {
        var place = new JsonObject { ["artifactLocation"] = new JsonObject { ["uri"] = string.Join('/', finding.File.Split('/').Select(Uri.EscapeDataString)) } };
        if (finding.Line is { } line)
            place["region"] = new JsonObject { ["startLine"] = line };
        return new JsonObject
        {
            ["ruleId"] = finding.Rule, ["ruleIndex"] = rule, ["level"] = YamlMap.Kebab(finding.Level), ["message"] = new JsonObject { ["text"] = finding.Message },
            ["locations"] = new JsonArray(new JsonObject { ["physicalLocation"] = place }),
            // Without the line, so that a finding that moved is the same finding.
            ["partialFingerprints"] = new JsonObject { ["finding/v1"] = ContentHash.OfText($"{finding.Rule}\n{finding.File}\n{finding.Message}") },
        };
    }
}
