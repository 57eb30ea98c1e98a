using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace LlmOps.Evaluation;

/// <summary>promptfoo's tests as rows of a dataset: each keeps its variables, its asserts and the line it comes from.</summary>
internal sealed partial class PromptfooTests(ImportLedger ledger, PromptfooAsserts asserts, string file)
{
    private const int MaxCombinations = 1000;
    private const string ReadsFile = "It reads another file, which an import never does. A table of tests is named beside the configuration: --tests FILE.csv.";

    private readonly List<(int Line, JsonObject Row)> rows = [];
    private Defaults defaults = new(new Dictionary<string, YamlNode>(), [], null);

    internal IEnumerable<JsonObject> Rows => rows.Select(row => row.Row);

    internal void Default(YamlNode? node)
    {
        if (node is null)
            return;
        if (node is not YamlNode.Map map)
        {
            ledger.Refuse(node.Line, $"defaultTest: {node.Kind}", ReadsFile);
            return;
        }
        defaults = new Defaults(VarsOf(map), ListOf(map, "assert"), ThresholdOf(map));
        Rest(map);
    }

    internal void All(YamlNode tests)
    {
        if (tests is not YamlNode.List list)
        {
            ledger.Refuse(tests.Line, $"tests: {tests.Kind}", ReadsFile);
            return;
        }
        foreach (var test in list.Items)
        {
            if (test is YamlNode.Map map)
                Test(map, VarsOf(map));
            else
                ledger.Refuse(test.Line, $"tests: {test.Kind}", ReadsFile);
        }
    }

    /// <summary>Each set of variables of a scenario with each of its tests.</summary>
    internal void Scenarios(YamlNode node)
    {
        foreach (var scenario in (node as YamlNode.List)?.Items ?? [node])
        {
            if (scenario is not YamlNode.Map map || ListOf(map, "config") is not { Count: > 0 } configs || ListOf(map, "tests") is not { Count: > 0 } tests)
            {
                ledger.Refuse(scenario.Line, $"scenarios: {scenario.Kind}", ReadsFile);
                continue;
            }
            foreach (var config in configs.OfType<YamlNode.Map>())
            {
                foreach (var test in tests.OfType<YamlNode.Map>())
                {
                    var vars = VarsOf(config);
                    foreach (var (name, value) in VarsOf(test))
                        vars[name] = value;
                    Test(test, vars);
                }
            }
            ledger.Adapt();
        }
    }

    /// <summary>Null, or why the table cannot be read.</summary>
    internal Refusal? Table(string text, string name)
    {
        var table = CsvTable.Parse(text, name);
        if (table.Refused)
            return table.Refusal;
        foreach (var column in table.Value.Columns.Where(column => column.StartsWith("__", StringComparison.Ordinal) && !Known().IsMatch(column)))
            ledger.Refuse(1, $"{name}: column {column}", "This column has no meaning here.");
        foreach (var (line, cells) in table.Value.Rows)
            Row(name, line, [.. table.Value.Columns.Zip(cells, (column, cell) => (column.Trim(), cell))]);
        return null;
    }

    /// <summary>One row per line. Without any, one that stands in for what was refused, and never passes.</summary>
    internal string Jsonl(IReadOnlyCollection<string> inputs)
    {
        if (rows.Count == 0)
        {
            var vars = inputs.ToDictionary(name => name, _ => "replace me");
            Add(1, "no test could be imported, replace this row", Merged(vars), [.. DefaultAsserts(vars)], threshold: null, description: null, metadata: null);
        }
        var lines = new StringBuilder();
        foreach (var (i, row) in rows.Index())
        {
            row.Row.Insert(0, "id", string.Create(CultureInfo.InvariantCulture, $"test-{i + 1:000}"));
            lines.Append(row.Row.ToJsonString(LlmOps.Json.Options)).Append('\n');
        }
        return lines.ToString();
    }

    private void Row(string name, int line, List<(string Column, string Cell)> cells)
    {
        var vars = cells.Where(cell => !cell.Column.StartsWith("__", StringComparison.Ordinal)).GroupBy(cell => cell.Column).ToDictionary(group => group.Key, group => group.Last().Cell);
        var all = Merged(vars);
        var items = new List<JsonObject>();
        foreach (var (column, cell) in cells.Where(cell => cell.Cell.Trim().Length > 0))
        {
            if (column == "__expected" || (column.StartsWith("__expected", StringComparison.Ordinal) && column[10..].All(char.IsAsciiDigit)))
            {
                if (asserts.Cell(cell, line, all) is { } assert)
                    items.Add(assert);
            }
        }
        items.AddRange(DefaultAsserts(all));
        string? Cell(string column) => cells.FirstOrDefault(cell => cell.Column == column).Cell is { Length: > 0 } text ? text : null;
        var metadata = new JsonObject(cells.Where(cell => cell.Column.StartsWith("__metadata:", StringComparison.Ordinal) && cell.Cell.Length > 0)
            .Select(cell => KeyValuePair.Create(cell.Column["__metadata:".Length..].Replace("[]", "", StringComparison.Ordinal), (JsonNode?)ListCell(cell.Column, cell.Cell))));
        Add(line, name, all, items, double.TryParse(Cell("__threshold"), CultureInfo.InvariantCulture, out var threshold) ? threshold : null, Cell("__description"), metadata.Count > 0 ? metadata : null);
        ledger.Keep();
    }

    private static JsonNode ListCell(string column, string cell) => column.EndsWith("[]", StringComparison.Ordinal)
        ? new JsonArray([.. Comma().Split(cell).Select(item => (JsonNode)item.Replace("\\,", ",", StringComparison.Ordinal).Trim())])
        : cell;

    private void Test(YamlNode.Map map, Dictionary<string, YamlNode> own)
    {
        Rest(map);
        var vars = new Dictionary<string, YamlNode>(defaults.Vars);
        foreach (var (name, value) in own)
            vars[name] = value;
        if (vars.FirstOrDefault(pair => pair.Value is YamlNode.Scalar { Text: var text } && text.StartsWith("file://", StringComparison.Ordinal)) is { Value: { } reading } broken)
        {
            ledger.Refuse(reading.Line, $"{broken.Key}: {((YamlNode.Scalar)reading).Text}", "The value is another file, which an import never reads, so the test is left out. Write the value here and import again.");
            return;
        }
        var combinations = Combinations(vars);
        if (combinations is null)
        {
            ledger.Refuse(map.Line, "vars", $"Its lists make more than {MaxCombinations:N0} tests. Write them out.");
            return;
        }
        foreach (var one in combinations)
        {
            var expected = one.Remove("__expected", out var cell) && asserts.Cell(cell, map.Line, one) is { } inline ? [inline] : new List<JsonObject>();
            var items = expected.Concat(ListOf(map, "assert") is { Count: > 0 } list ? asserts.All(new YamlNode.List(list, map.Line), one) : []).Concat(DefaultAsserts(one)).ToList();
            Add(map.Line, file, one, items, ThresholdOf(map), TextOf(map, "description"), (Find(map, "metadata") as YamlNode.Map)?.ToJson());
        }
        if (combinations.Count > 1)
            ledger.Adapt();
        else
            ledger.Keep();
    }

    private void Add(int line, string from, Dictionary<string, string> vars, List<JsonObject> items, double? threshold, string? description, JsonNode? metadata)
    {
        var row = new JsonObject
        {
            ["vars"] = vars.Count > 0 ? new JsonObject(vars.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))) : new JsonObject { ["input"] = "" },
        };
        if (items.Count > 0)
        {
            row["asserts"] = new JsonArray([.. items]);
            if ((threshold ?? defaults.Threshold) is { } wanted)
                row["threshold"] = Math.Clamp(wanted, 0, 1);
        }
        if (description is not null)
            row["description"] = description;
        if (metadata is not null)
            row["metadata"] = metadata;
        row["source"] = string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(from)}:{line}");
        rows.Add((line, row));
    }

    private IEnumerable<JsonObject> DefaultAsserts(IReadOnlyDictionary<string, string> vars) =>
        defaults.Asserts.Count > 0 ? asserts.All(new YamlNode.List(defaults.Asserts, defaults.Asserts[0].Line), vars) : [];

    private Dictionary<string, string> Merged(Dictionary<string, string> vars)
    {
        var all = defaults.Vars.ToDictionary(pair => pair.Key, pair => TextOf(pair.Value));
        foreach (var (name, value) in vars)
            all[name] = value;
        return all;
    }

    /// <summary>promptfoo runs a test once for each value of a list; null where that makes too many.</summary>
    private static List<Dictionary<string, string>>? Combinations(Dictionary<string, YamlNode> vars)
    {
        var all = new List<Dictionary<string, string>> { new() };
        foreach (var (name, value) in vars)
        {
            var values = value is YamlNode.List { Items: { Count: > 0 } items } ? items.Select(TextOf).ToList() : [TextOf(value)];
            if ((long)all.Count * values.Count > MaxCombinations)
                return null;
            all = [.. all.SelectMany(one => values.Select(text => new Dictionary<string, string>(one) { [name] = text }))];
        }
        return all;
    }

    private void Rest(YamlNode.Map map)
    {
        foreach (var entry in map.Entries)
        {
            switch (entry.Key)
            {
                case "vars" or "assert" or "threshold" or "description" or "metadata" or "config" or "tests":
                    break;
                case "options":
                    foreach (var option in (entry.Value as YamlNode.Map)?.Entries ?? [entry])
                        ledger.Refuse(option, option.Key switch { "transform" or "transformVars" or "postprocess" => "It runs code, which an import never does.", "provider" => "The judge is a setting of the suite's scorer.", _ => "This option has no meaning here." });
                    break;
                default:
                    ledger.Refuse(entry, entry.Key is "assertScoringFunction" ? "It runs code, which an import never does." : "This key of a test has no meaning here.");
                    break;
            }
        }
    }

    private Dictionary<string, YamlNode> VarsOf(YamlNode.Map map)
    {
        switch (Find(map, "vars"))
        {
            case null:
                return [];
            case YamlNode.Map vars:
                return vars.Entries.ToDictionary(entry => entry.Key, entry => entry.Value);
            case var found:
                ledger.Refuse(found.Line, $"vars: {found.Kind}", ReadsFile);
                return [];
        }
    }

    private static IReadOnlyList<YamlNode> ListOf(YamlNode.Map map, string key) => Find(map, key) is YamlNode.List list ? list.Items : [];

    private static double? ThresholdOf(YamlNode.Map map) => double.TryParse(TextOf(map, "threshold"), NumberStyles.Float, CultureInfo.InvariantCulture, out var threshold) ? threshold : null;

    private static YamlNode? Find(YamlNode.Map map, string key) => map.Entries.FirstOrDefault(entry => entry.Key == key)?.Value;

    private static string? TextOf(YamlNode.Map map, string key) => Find(map, key) is YamlNode.Scalar scalar ? scalar.Text : null;

    /// <summary>Text as it stands; a map or a list as its JSON, which is what promptfoo puts into a prompt.</summary>
    private static string TextOf(YamlNode value) => value is YamlNode.Scalar scalar ? scalar.Text : value.ToJson()?.ToJsonString(LlmOps.Json.Options) ?? "";

    [GeneratedRegex(@"^__(expected[0-9]*|description|threshold|metadata:.+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Known();

    [GeneratedRegex(@"(?<!\\),")]
    private static partial Regex Comma();

    private sealed record Defaults(IReadOnlyDictionary<string, YamlNode> Vars, IReadOnlyList<YamlNode> Asserts, double? Threshold);
}
