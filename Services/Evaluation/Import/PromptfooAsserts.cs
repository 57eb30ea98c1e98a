using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace LlmOps.Evaluation;

/// <summary>promptfoo's assertions as ours. What would run code, read a file or ask a grader in free text is refused by line and never done.</summary>
internal sealed partial class PromptfooAsserts(ImportLedger ledger, YamlNode.Map? templates)
{
    private const string RunsCode = "It runs code, which an import never does. Write what it checks as a regex, a fact or a JSON schema.";
    private const string ReadsFile = "It reads another file, which an import never does. Write its content here and import again.";
    private const string FreeText = "It asks a model to grade by free text. Make it a judge of the suite with one of our rubrics and calibrate it (llmops judge calibrate), or write the facts that a good answer holds.";
    private const string NoScorer = "No scorer here measures this. Leave it out, or check it as a regex.";

    /// <summary>promptfoo's default thresholds.</summary>
    private static readonly Dictionary<string, double> Defaults = new() { ["similar"] = 0.8, ["rouge-n"] = 0.75, ["bleu"] = 0.5, ["gleu"] = 0.5 };

    private static readonly Dictionary<string, string> Refusals = new()
    {
        ["javascript"] = RunsCode, ["python"] = RunsCode, ["ruby"] = RunsCode, ["webhook"] = "It calls an address outside, which an import never does. Score the answers with a scorer of the suite.",
        ["llm-rubric"] = FreeText, ["g-eval"] = FreeText, ["model-graded-closedqa"] = FreeText, ["search-rubric"] = FreeText, ["agent-rubric"] = FreeText, ["pi"] = FreeText,
        ["select-best"] = "It compares the answers of several prompts. Evaluate each against a baseline (llmops eval --baseline).",
        ["max-score"] = "It compares the answers of several prompts. Evaluate each against a baseline (llmops eval --baseline).",
        ["perplexity"] = "It needs the probabilities of tokens, which are not recorded.", ["perplexity-score"] = "It needs the probabilities of tokens, which are not recorded.",
    };

    private static readonly string[] AboutTheGrader = ["provider", "rubricPrompt"];

    /// <summary>Every word that may stand before the colon of an <c>__expected</c> cell.</summary>
    private static readonly HashSet<string> Types =
    [
        "equals", "contains", "icontains", "starts-with", "contains-any", "contains-all", "icontains-any", "icontains-all", "regex", "is-json", "contains-json", "is-xml", "contains-xml",
        "is-html", "contains-html", "is-sql", "contains-sql", "levenshtein", "rouge-n", "bleu", "gleu", "meteor", "latency", "cost", "is-valid-function-call", "is-valid-openai-function-call",
        "is-valid-openai-tools-call", "tool-call-f1", "is-refusal", "guardrails", "moderation", "classifier", "similar", "factuality", "answer-relevance", "context-faithfulness",
        "context-recall", "context-relevance", "conversation-relevance", "grade", "fn", "eval", .. Refusals.Keys,
    ];

    /// <summary>The asserts of a list, in order, without the refused ones.</summary>
    internal IEnumerable<JsonObject> All(YamlNode list, IReadOnlyDictionary<string, string> vars)
    {
        if (list is not YamlNode.List items)
        {
            ledger.Refuse(list.Line, $"assert: {list.Kind}", "An assert is written as a list of maps.");
            yield break;
        }
        foreach (var item in items.Items)
        {
            if (One(item, vars) is { } assert)
                yield return assert;
        }
    }

    /// <summary>An <c>__expected</c> cell: <c>type(threshold): value</c>, or the text itself.</summary>
    internal JsonObject? Cell(string text, int line, IReadOnlyDictionary<string, string> vars)
    {
        var parts = CellForm().Match(text);
        if (!parts.Success || !Types.Contains(parts.Groups["type"].Value))
            return Of(line, "equals", not: false, new YamlNode.Scalar(text, Plain: false, Literal: false, line), null, vars, text);
        var type = parts.Groups["type"].Value switch { "grade" => "llm-rubric", "fn" or "eval" => "javascript", var other => other };
        YamlNode value = new YamlNode.Scalar(parts.Groups["value"].Value, Plain: false, Literal: false, line);
        if (type.EndsWith("-any", StringComparison.Ordinal) || type.EndsWith("-all", StringComparison.Ordinal))
            value = new YamlNode.List([.. parts.Groups["value"].Value.Split(',').Select(item => new YamlNode.Scalar(item.Trim(), Plain: false, Literal: false, line))], line);
        var threshold = parts.Groups["threshold"].Success ? double.Parse(parts.Groups["threshold"].ValueSpan, CultureInfo.InvariantCulture) : (double?)null;
        return Of(line, type, parts.Groups["not"].Success, value, threshold, vars, text);
    }

    private JsonObject? One(YamlNode item, IReadOnlyDictionary<string, string> vars)
    {
        if (item is not YamlNode.Map map)
            return Refused(item.Line, item.Kind, item is YamlNode.Scalar { Text: var text } && text.StartsWith("file://", StringComparison.Ordinal) ? ReadsFile : "An assert is written as a map with its type.");
        if (TextOf(map, "$ref") is { } reference)
        {
            var name = reference.Split('/')[^1];
            if (templates?.Entries.FirstOrDefault(entry => entry.Key == name)?.Value is not YamlNode.Map template || template.Entries.Any(entry => entry.Key == "$ref"))
                return Refused(map.Line, $"$ref: {reference}", "There is no assertion template of that name in this file.");
            map = template with { Line = map.Line };
        }
        if (TextOf(map, "type") is not { } type)
            return Refused(map.Line, "assert", "It has no type.");
        var not = type.StartsWith("not-", StringComparison.Ordinal);
        type = not ? type[4..] : type;
        if (map.Entries.FirstOrDefault(entry => entry.Key is "transform" or "contextTransform") is { } transform)
            return Refused(transform.Line, $"{type} with {transform.Key}", RunsCode);
        if (type == "assert-set")
            return SetOf(map, not, vars);
        var assert = Of(map.Line, type, not, Value(map, "value"), Number(map, "threshold"), vars, type);
        if (assert is null)
            return null;
        Common(map, assert);
        foreach (var entry in map.Entries.Where(entry => entry.Key is not ("type" or "value" or "threshold" or "weight" or "metric")))
            ledger.Refuse(entry, AboutTheGrader.Contains(entry.Key) ? "The judge is a setting of the suite's scorer." : "This setting of an assert has no meaning here.");
        return assert;
    }

    private JsonObject? SetOf(YamlNode.Map map, bool not, IReadOnlyDictionary<string, string> vars)
    {
        var asserts = Value(map, "assert") is { } list ? All(list, vars).ToList() : [];
        foreach (var entry in map.Entries.Where(entry => entry.Key is not ("type" or "assert" or "threshold" or "weight" or "metric")))
            ledger.Refuse(entry, "This setting of a set has no meaning here.");
        if (asserts.Count == 0)
            return Refused(map.Line, "assert-set", "Nothing of it is left.");
        var set = new JsonObject { ["type"] = "set", ["asserts"] = new JsonArray([.. asserts]) };
        if (Number(map, "threshold") is { } threshold)
            set["threshold"] = Math.Clamp(threshold, 0, 1);
        if (not)
            set["negate"] = true;
        Common(map, set);
        ledger.Count(map.Line, "assert-set", adapted: false);
        return set;
    }

    private static void Common(YamlNode.Map map, JsonObject assert)
    {
        if (Number(map, "weight") is { } weight)
            assert["weight"] = weight;
        if (TextOf(map, "metric") is { } metric)
            assert["name"] = metric;
    }

    private JsonObject? Of(int line, string type, bool not, YamlNode? value, double? threshold, IReadOnlyDictionary<string, string> vars, string what)
    {
        what = what == type && value is YamlNode.Scalar { Text: var shown } ? $"{type}: {shown}" : what;
        if (Refusals.TryGetValue(type, out var why))
            return Refused(line, what, why);
        if (type.StartsWith("trace-", StringComparison.Ordinal) || type.StartsWith("trajectory:", StringComparison.Ordinal) || type == "skill-used")
            return Refused(line, what, "It looks at traces, which an evaluation here does not record.");
        if (Texts(value).Any(text => text.StartsWith("file://", StringComparison.Ordinal)))
            return Refused(line, what, ReadsFile);
        if (Texts(value).Any(text => Nunjucks.HasLogic(text)))
            return Refused(line, what, "Its value is worked out by a template. Write the value itself.");
        var assert = Mapped(type, value, threshold, vars);
        if (assert is null)
            return Refused(line, what, Types.Contains(type) ? NoScorer : "promptfoo's documentation does not know this type.");
        if (not)
            assert.Json["negate"] = true;
        var problems = new List<string>();
        CaseAsserts.Read(new JsonObject { ["asserts"] = new JsonArray(assert.Json.DeepClone()) }, line, problems);
        if (problems.Count > 0)
            return Refused(line, what, problems[0]);
        ledger.Count(line, what, assert.Adapted);
        return assert.Json;
    }

    private static Assert? Mapped(string type, YamlNode? value, double? threshold, IReadOnlyDictionary<string, string> vars)
    {
        var text = value is YamlNode.Scalar scalar ? Nunjucks.Render(scalar.Text, vars) : "";
        var json = value?.ToJson();
        var least = threshold ?? (Defaults.TryGetValue(type, out var usual) ? usual : null);
        JsonArray Items() => new([.. Texts(value).Select(item => (JsonNode)Nunjucks.Render(item, vars))]);
        return type switch
        {
            "equals" when json is JsonObject or JsonArray => new(new() { ["type"] = "json_schema", ["schema"] = new JsonObject { ["const"] = json } }),
            "equals" => new(new() { ["type"] = "exact", ["value"] = text }),
            "contains" => new(new() { ["type"] = "contains", ["value"] = text, ["ignore_case"] = false }),
            "icontains" => new(new() { ["type"] = "contains", ["value"] = text }),
            "starts-with" => new(new() { ["type"] = "starts_with", ["value"] = text, ["ignore_case"] = false }),
            "contains-any" or "icontains-any" => new(new() { ["type"] = "contains_any", ["values"] = Items(), ["ignore_case"] = type[0] == 'i' }),
            "contains-all" or "icontains-all" => new(new() { ["type"] = "contains_all", ["values"] = Items(), ["ignore_case"] = type[0] == 'i' }),
            "regex" => new(new() { ["type"] = "regex", ["value"] = text }),
            "is-json" or "contains-json" => new(Json(json as JsonObject, extract: type[0] == 'c')),
            "is-xml" or "is-html" => new(new() { ["type"] = type[3..] }),
            "contains-xml" or "contains-html" => new(new() { ["type"] = type[9..], ["extract"] = true }),
            "levenshtein" => new(new() { ["type"] = "levenshtein", ["value"] = text, ["threshold"] = Math.Round(Math.Clamp(1 - (threshold ?? 5) / Math.Max(1, text.Length), 0, 1), 6) }, Adapted: true),
            "rouge-n" => new(new() { ["type"] = "rouge", ["value"] = text, ["threshold"] = least }),
            "bleu" or "gleu" => new(new() { ["type"] = type, ["value"] = text, ["threshold"] = least }),
            "similar" => new(new() { ["type"] = "similarity", ["value"] = text, ["threshold"] = least }, Adapted: true),
            "latency" when threshold is > 0 => new(new() { ["type"] = "latency", ["max_ms"] = threshold }),
            "cost" when threshold is > 0 => new(new() { ["type"] = "cost", ["max_usd"] = threshold }),
            "tool-call-f1" => new(new() { ["type"] = "tool_call", ["values"] = value is YamlNode.Scalar ? new JsonArray([.. text.Split(',').Select(name => (JsonNode)name.Trim())]) : Items(), ["metric"] = "names", ["threshold"] = threshold ?? 1 }),
            "is-refusal" => new(new() { ["type"] = "refusal" }),
            "context-faithfulness" => new(new() { ["type"] = "groundedness", ["threshold"] = threshold ?? 0.8 }, Adapted: true),
            "answer-relevance" => new(new() { ["type"] = "judge", ["rubric"] = "relevance", ["threshold"] = threshold ?? 0.8 }, Adapted: true),
            _ => null,
        };
    }

    private static JsonObject Json(JsonObject? schema, bool extract)
    {
        var assert = new JsonObject { ["type"] = schema is null ? "json" : "json_schema" };
        if (schema is not null)
            assert["schema"] = schema;
        if (extract)
            assert["extract"] = true;
        return assert;
    }

    private JsonObject? Refused(int line, string what, string why)
    {
        ledger.Refuse(line, what, why);
        return null;
    }

    private static YamlNode? Value(YamlNode.Map map, string key) => map.Entries.FirstOrDefault(entry => entry.Key == key)?.Value;

    private static string? TextOf(YamlNode.Map map, string key) => Value(map, key) is YamlNode.Scalar scalar ? scalar.Text : null;

    private static double? Number(YamlNode.Map map, string key) =>
        double.TryParse(TextOf(map, key), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) && number >= 0 ? number : null;

    private static IEnumerable<string> Texts(YamlNode? value) => value switch
    {
        YamlNode.Scalar scalar => [scalar.Text],
        YamlNode.List list => list.Items.SelectMany(Texts),
        YamlNode.Map map => map.Entries.SelectMany(entry => Texts(entry.Value)),
        _ => [],
    };

    [GeneratedRegex(@"^\s*(?<not>not-)?(?<type>[a-z0-9-]+)\s*(\(\s*(?<threshold>[0-9]+(\.[0-9]+)?)\s*\))?\s*(:\s*(?<value>.*))?$", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex CellForm();

    private sealed record Assert(JsonObject Json, bool Adapted = false);
}
