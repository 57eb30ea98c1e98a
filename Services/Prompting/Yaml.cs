using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace LlmOps;

/// <summary>A parsed YAML value that remembers its line, so that every complaint about it can name one.</summary>
internal abstract record YamlNode(int Line)
{
    internal sealed record Scalar(string Text, bool Plain, bool Literal, int Line) : YamlNode(Line);
    internal sealed record List(IReadOnlyList<YamlNode> Items, int Line) : YamlNode(Line);
    internal sealed record Map(IReadOnlyList<YamlEntry> Entries, int Line) : YamlNode(Line);

    internal string Kind => this switch
    {
        Map => "a map",
        List => "a list",
        Scalar { Text: var text } => $"\"{(text.Length > 40 ? text[..40] + "…" : text)}\"",
        _ => "nothing",
    };

    /// <summary>JSON that is read as settings are: each value stands on the same line.</summary>
    internal static YamlNode Of(JsonNode? json, int line) => json switch
    {
        JsonObject map => new Map([.. map.Select(pair => new YamlEntry(pair.Key, line, Of(pair.Value, line)))], line),
        JsonArray list => new List([.. list.Select(item => Of(item, line))], line),
        JsonValue text when text.GetValueKind() == System.Text.Json.JsonValueKind.String => new Scalar(text.GetValue<string>(), Plain: false, Literal: false, line),
        _ => new Scalar(json?.ToJsonString() ?? "null", Plain: true, Literal: false, line),
    };

    /// <summary>JSON with the types of YAML's core schema: only plain words become numbers, true, false or null.</summary>
    internal JsonNode? ToJson() => this switch
    {
        Map map => new JsonObject(map.Entries.Select(entry => KeyValuePair.Create(entry.Key, entry.Value.ToJson()))),
        List list => new JsonArray([.. list.Items.Select(item => item.ToJson())]),
        Scalar { Plain: true, Text: "" or "~" or "null" } => null,
        Scalar { Plain: true, Text: "true" } => true,
        Scalar { Plain: true, Text: "false" } => false,
        Scalar { Plain: true } scalar when long.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => whole,
        Scalar { Plain: true } scalar when double.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => number,
        Scalar scalar => scalar.Text,
        _ => null,
    };
}

internal sealed record YamlEntry(string Key, int Line, YamlNode Value);

/// <summary>Reads one YAML document of plain maps, lists and words. Aliases, tags, duplicate keys and outsized files are refused,
/// because a settings file needs none of them and an attacker needs all of them.</summary>
internal static class Yaml
{
    internal const int MaxCharacters = 512 * 1024;
    private const int MaxNodes = 20_000;
    private const int MaxDepth = 32;

    /// <summary>The document's root, or null with the reason among the problems.</summary>
    internal static YamlMap? Read(string text, string file, List<Finding> problems)
    {
        if (text.Length > MaxCharacters)
            return Broken(null, "too-large", $"The file has {text.Length:N0} characters, the limit is {MaxCharacters:N0}. Move long texts out of it.");
        try
        {
            var parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
            parser.Consume<StreamStart>();
            if (!parser.TryConsume<DocumentStart>(out _))
                return Broken(1, "empty-file", "The file holds no YAML. Write the keys it needs.");
            var nodes = 0;
            var root = Node(parser, depth: 0, ref nodes);
            parser.Consume<DocumentEnd>();
            if (!parser.TryConsume<StreamEnd>(out _))
                return Broken(Line(parser.Current!.Start), "second-document", "A second document starts here. Keep one document per file.");
            return root is YamlNode.Map map
                ? new YamlMap(map, "", file, problems)
                : Broken(root.Line, "wrong-type", $"The file must be a map of keys, not {root.Kind}.");
        }
        catch (Refused refused)
        {
            return Broken(refused.At, refused.Rule, refused.Message);
        }
        catch (YamlException broken)
        {
            var why = broken.InnerException?.Message ?? broken.Message;
            return Broken(Math.Min(Line(broken.Start), text.Count('\n') + 1), "yaml-broken", $"This is no YAML: {why.TrimEnd('.')}. Check indentation, quotes and colons here and on the line above.");
        }
        catch (InvalidOperationException)
        {
            // The scanner's own way of giving up on a list or map that never ends; it names no place.
            return Broken(null, "yaml-broken", "This is no YAML: a bracket, a brace or a quote is opened and never closed. Close it.");
        }

        YamlMap? Broken(int? line, string rule, string message)
        {
            problems.Add(new Finding(file, line, rule, FindingLevel.Error, message));
            return null;
        }
    }

    private static YamlNode Node(Parser parser, int depth, ref int nodes)
    {
        var current = parser.Current!;
        var line = Line(current.Start);
        if (++nodes > MaxNodes)
            throw new Refused(line, "too-large", $"The file has more than {MaxNodes:N0} values. Split it.");
        if (depth > MaxDepth)
            throw new Refused(line, "too-deep", $"Values are nested deeper than {MaxDepth}. Flatten them.");
        if (current is AnchorAlias or NodeEvent { Anchor.IsEmpty: false })
            throw new Refused(line, "alias", "Anchors and aliases (& and *) are not allowed. Write the value out, or quote it when it is text.");
        if (current is NodeEvent { Tag: { IsEmpty: false, IsNonSpecific: false } })
            throw new Refused(line, "tag", "Tags (!…) are not allowed. Write the plain value, or quote it when it is text.");

        if (parser.TryConsume<Scalar>(out var scalar))
            return new YamlNode.Scalar(scalar.Value, scalar.Style == ScalarStyle.Plain, scalar.Style == ScalarStyle.Literal, line);
        if (parser.TryConsume<SequenceStart>(out _))
        {
            var items = new List<YamlNode>();
            while (!parser.TryConsume<SequenceEnd>(out _))
                items.Add(Node(parser, depth + 1, ref nodes));
            return new YamlNode.List(items, line);
        }

        parser.Consume<MappingStart>();
        var entries = new List<YamlEntry>();
        var keys = new Dictionary<string, int>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (Node(parser, depth + 1, ref nodes) is not YamlNode.Scalar key)
                throw new Refused(line, "wrong-type", "A key must be a word, not a list or a map.");
            if (key is { Plain: true, Text: "<<" })
                throw new Refused(key.Line, "merge-key", "Merge keys (<<) are not allowed. Write the keys out, or quote << when it is a name.");
            if (!keys.TryAdd(key.Text, key.Line))
                throw new Refused(key.Line, "duplicate-key", $"\"{key.Text}\" stands already on line {keys[key.Text]}. Keep one of the two.");
            entries.Add(new YamlEntry(key.Text, key.Line, Node(parser, depth + 1, ref nodes)));
        }
        return new YamlNode.Map(entries, line);
    }

    private static int Line(Mark mark) => (int)mark.Line;

    private sealed class Refused(int at, string rule, string message) : Exception(message)
    {
        public int At { get; } = at;
        public string Rule { get; } = rule;
    }
}
