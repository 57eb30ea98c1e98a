using System.Globalization;

namespace LlmOps.Evaluation;

/// <summary>promptfoo's configuration as an application in our layout. Nothing is executed, fetched, or read beside the file itself: what asks for it is refused by line.</summary>
public static class PromptfooImport
{
    private const string Policy = """
        # Written by the import: promptfoo asks that every test passes, here a change must not make the share of passed asserts worse.
        alpha: 0.05
        on_inconclusive: block
        gates:
        # A handful of cases cannot decide 2 pp, so these only warn when they are open. Add cases (a few hundred), then remove on_inconclusive.
        - { metric: asserts, max_drop: 0.02, on_inconclusive: warn }
        - { metric: error_rate, max_increase: 0.02, on_inconclusive: warn }
        - { metric: cost_per_1k_usd, max_increase_pct: 10, method: point }
        approvals: { required: 1, roles: [lead, product] }
        release:
          ladder: [1, 5, 25, 100]
          dwell: 30m
          min_requests: 300
          watch:
          - { metric: error_rate, max_increase: 0.02 }
          rollback: { window: 30m, error_rate: 0.01, p99_ms: 5000, failed_smoke_tests: 4 }
          no_unit: request

        """;

    private static readonly Dictionary<string, string> Elsewhere = new()
    {
        ["outputPath"] = "Name the report on the command line (llmops eval --out).", ["env"] = "Settings of the environment are the provider's, never the application's.",
        ["sharing"] = "Reports are shared by the server (llmops push).", ["derivedMetrics"] = "It is a formula over other metrics, which an import never works out.",
        ["extensions"] = "It runs code, which an import never does.", ["nunjucksFilters"] = "It runs code, which an import never does.", ["redteam"] = "Attacks are a suite of their own here (llmops scan injection).",
    };

    /// <param name="app">The application's name: lower-case letters, digits and dashes.</param>
    /// <param name="csv">A table of tests that was named beside the configuration; null where there is none.</param>
    public static Result<ImportedApp> Read(string yaml, string file, string app, (string Text, string File)? csv = null)
    {
        var problems = new List<Finding>();
        if (Yaml.Read(yaml, file, problems) is not { } root)
            return YamlRefusal.Of(problems);
        return Read(root, file, app, csv);
    }

    /// <summary>A table of tests without a configuration.</summary>
    public static Result<ImportedApp> ReadCsv(string text, string file, string app) => Read(new YamlMap(new YamlNode.Map([], 1), "", file, []), file, app, (text, file));

    private static Result<ImportedApp> Read(YamlMap root, string file, string app, (string Text, string File)? csv)
    {
        var ledger = new ImportLedger();
        var asserts = new PromptfooAsserts(ledger, root.Find("assertionTemplates") as YamlNode.Map);
        var tests = new PromptfooTests(ledger, asserts, file);
        tests.Default(root.Find("defaultTest"));
        var named = root.Find("tests");
        if (named is YamlNode.Scalar { Text: var path } && csv is { } table && Path.GetFileName(path) == Path.GetFileName(table.File))
            ledger.Keep(); // the table that was named on the command line
        else if (named is not null)
            tests.All(named);
        if (root.Find("scenarios") is { } scenarios)
            tests.Scenarios(scenarios);
        if (csv is { } given && tests.Table(given.Text, given.File) is { } broken)
            return broken;

        var prompts = new PromptfooPrompts(ledger);
        prompts.Providers(root.Find("providers") ?? root.Find("targets"));
        prompts.All(root.Find("prompts"), tests.Rows);
        var repeats = RepeatsOf(root, ledger);
        Rest(root, ledger);

        var names = prompts.Names(app);
        var files = new Dictionary<string, string>
        {
            ["llmops.yaml"] = $"# Imported from {Path.GetFileName(file)}.\napp: {app}\nroute: {app}\n\nprompt: prompts/{names[0]}.yaml\nsuite: suites/{names[0]}.yaml\npolicy: policies/release.yaml\n",
            [$"datasets/{app}.jsonl"] = tests.Jsonl(prompts.Inputs),
            ["policies/release.yaml"] = Policy,
        };
        foreach (var (i, name) in names.Index())
        {
            files[$"prompts/{name}.yaml"] = prompts.File(i, file, tests.Rows);
            files[$"suites/{name}.yaml"] = string.Create(CultureInfo.InvariantCulture, $$"""
                # Each case by the asserts of its own row, as promptfoo has them.
                dataset: datasets/{{app}}.jsonl
                prompt: prompts/{{name}}.yaml
                scorers:
                - { name: asserts, type: asserts }
                repeats: {{repeats}}
                policy: policies/release.yaml

                """);
        }
        return new ImportedApp(files, ledger.Native, ledger.Adapted, [.. ledger.Refused.OrderBy(refused => refused.Line)]);
    }

    private static int RepeatsOf(YamlMap root, ImportLedger ledger)
    {
        var repeats = 1;
        foreach (var entry in (root.Find("evaluateOptions") as YamlNode.Map)?.Entries ?? [])
        {
            if (entry is { Key: "repeat", Value: YamlNode.Scalar { Text: var text } } && int.TryParse(text, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= 20)
            {
                repeats = count;
                ledger.Keep();
            }
            else
            {
                ledger.Refuse(entry, "How an evaluation runs is set on the command line (llmops eval).");
            }
        }
        return repeats;
    }

    private static void Rest(YamlMap root, ImportLedger ledger)
    {
        foreach (var entry in root.Entries)
        {
            switch (entry.Key)
            {
                case "prompts" or "tests" or "providers" or "targets" or "defaultTest" or "scenarios" or "evaluateOptions":
                    break;
                case "description" or "$schema" or "assertionTemplates": // the templates count where they are used
                    ledger.Keep();
                    break;
                default:
                    ledger.Refuse(entry, Elsewhere.GetValueOrDefault(entry.Key, "This key has no meaning here."));
                    break;
            }
        }
    }
}
