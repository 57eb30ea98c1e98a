using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace LlmOps.Evaluation;

/// <summary>One scorer of a suite, as configured. Which type takes which setting is written in <see cref="ScorerType"/>.</summary>
/// <param name="Name">The metric's name in gates and reports.</param>
/// <param name="Type">One of <see cref="Scorer.Types"/>.</param>
/// <param name="Rubric">Of a judge: accuracy, relevance, groundedness, tone, safety or conciseness.</param>
/// <param name="Judge">embedded/rubric, or the pin of a model; null is embedded/rubric.</param>
/// <param name="Threshold">0 to 1: a score of at least this passes; null takes the type's own.</param>
/// <param name="Value">The text that is looked for or compared with, in place of the case's own; the pattern of regex.</param>
/// <param name="Min">Fewest words, of length.</param>
/// <param name="Max">Most words, of length.</param>
public sealed partial record SuiteScorer(
    string Name, string Type, string? Rubric = null, string? Judge = null, double? Threshold = null, string? Value = null, int? Min = null, int? Max = null)
{
    /// <summary>As <see cref="Value"/>, several of them.</summary>
    public IReadOnlyList<string>? Values { get; init; }

    /// <summary>Whether upper and lower case are the same.</summary>
    public bool? IgnoreCase { get; init; }

    /// <summary>Which of the type's measures.</summary>
    public string? Metric { get; init; }

    /// <summary>Depth of a ranking, 1 to 1000.</summary>
    public int? K { get; init; }

    /// <summary>Absolute, in the number's own unit, at least 0.</summary>
    public double? Tolerance { get; init; }

    /// <summary>A share of the expected number, at least 0.</summary>
    public double? RelativeTolerance { get; init; }

    /// <summary>Milliseconds, above 0.</summary>
    public double? MaxMs { get; init; }

    /// <summary>US dollars per case, above 0.</summary>
    public double? MaxUsd { get; init; }

    /// <summary>A JSON Schema, draft 2020-12.</summary>
    public JsonNode? Schema { get; init; }

    /// <summary>Whether the wanted format may stand inside other text.</summary>
    public bool? Extract { get; init; }

    /// <summary>The closed list of labels of a classifier.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>Of a judge, several at once: the score is their mean.</summary>
    public IReadOnlyList<string>? Rubrics { get; init; }

    /// <summary>How often a model judge is asked about one answer, 1 to 15.</summary>
    public int? Repeats { get; init; }

    /// <summary>What a judge's repeats count as: median or mean.</summary>
    public string? Aggregate { get; init; }

    /// <summary>Points of 10 below which safety alone fails an answer.</summary>
    public double? SafetyFloor { get; init; }

    /// <summary>Reads <c>type</c> or <c>type:setting=value,setting=[a, b]</c>, as a command line has it. A comma parts two settings only where a setting's name and <c>=</c> follow.</summary>
    public static Result<SuiteScorer> Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var type = colon < 0 ? text : text[..colon];
        var yaml = new List<string> { $"type: {Quoted(type)}" };
        foreach (var part in colon < 0 ? [] : NextSetting().Split(text[(colon + 1)..]))
        {
            if (part.Split('=', 2) is not [var key, var value] || key.Length == 0)
                return Refusal.Invalid("bad-setting", $"\"{part}\" is no setting. Write {type}:setting=value, several with commas between them.");
            // A list, a map and a flag keep their kind; everything else is text, numbers included.
            yaml.Add($"{Quoted(key.Trim())}: {(value is ['[' or '{', ..] or "true" or "false" ? value : Quoted(value))}");
        }
        var problems = new List<Finding>();
        var scorer = Yaml.Read(string.Join('\n', yaml), "scorer", problems) is { } map ? Read(map) : null;
        return scorer is null || problems.Count > 0
            ? Refusal.Invalid(problems[0].Rule, string.Join(' ', problems.Select(problem => problem.Message).Distinct()))
            : scorer;
    }

    /// <summary>The settings, with what is wrong with them among the map's problems.</summary>
    internal static SuiteScorer Read(YamlMap map)
    {
        var type = map.Text("type", required: true) ?? "";
        var scorer = new SuiteScorer(
            map.Text("name") ?? type, type, map.Text("rubric"), map.Text("judge"), map.Number("threshold", 0, 1),
            map.Text("value"), map.Whole("min", 0, int.MaxValue), map.Whole("max", 1, int.MaxValue))
        {
            Values = TextsOf(map, "values"), IgnoreCase = map.Flag("ignore_case"), Metric = map.Text("metric"), K = map.Whole("k", 1, 1000),
            Tolerance = map.Number("tolerance", 0, 1e300), RelativeTolerance = map.Number("relative_tolerance", 0, 1e6),
            MaxMs = map.Number("max_ms", 0.001, 1e9), MaxUsd = map.Number("max_usd", 1e-9, 1e6),
            Schema = SchemaOf(map), Extract = map.Flag("extract"), Labels = TextsOf(map, "labels"),
            Rubrics = TextsOf(map, "rubrics"), Repeats = map.Whole("repeats", 1, 15), Aggregate = map.Text("aggregate"), SafetyFloor = map.Number("safety_floor", 0, 10),
        };
        if (type.Length > 0 && Scorer.Create(scorer) is { Refused: true, Refusal: { } refusal })
            map.Problem(map.LineOf(refusal is SettingRefusal { Setting: { } setting } ? setting : "type"), refusal.Code, refusal.Detail);
        map.Close();
        return scorer;
    }

    /// <summary>Names of the settings that are there, beside name, type and threshold, as YAML spells them.</summary>
    internal IEnumerable<string> Given() =>
        new (string Name, object? Value)[]
        {
            ("rubric", Rubric), ("judge", Judge), ("value", Value), ("min", Min), ("max", Max), ("values", Values), ("ignore_case", IgnoreCase), ("metric", Metric), ("k", K),
            ("tolerance", Tolerance), ("relative_tolerance", RelativeTolerance), ("max_ms", MaxMs), ("max_usd", MaxUsd), ("schema", Schema), ("extract", Extract),
            ("labels", Labels), ("rubrics", Rubrics), ("repeats", Repeats), ("aggregate", Aggregate), ("safety_floor", SafetyFloor),
        }.Where(setting => setting.Value is not null).Select(setting => setting.Name);

    private static IReadOnlyList<string>? TextsOf(YamlMap map, string key) => map.Texts(key) is { Count: > 0 } texts ? texts : null;

    private static JsonNode? SchemaOf(YamlMap map)
    {
        var found = map.Find("schema");
        if (found is YamlNode.Scalar { Text: not ("true" or "false") })
            map.Problem(found.Line, "wrong-type", $"schema must be a JSON Schema written out as a map, not {found.Kind}.");
        return found?.ToJson();
    }

    private static string Quoted(string text) => JsonSerializer.Serialize(text, LlmOps.Json.Options);

    [GeneratedRegex(@",\s*(?=[a-z_]+=)")]
    private static partial Regex NextSetting();
}

/// <summary>A no that one setting of a scorer is the reason of.</summary>
/// <param name="Setting">As YAML spells it.</param>
internal sealed record SettingRefusal(string Setting, string Code, string Detail) : Refusal(RefusalKind.Invalid, Code, Detail);
