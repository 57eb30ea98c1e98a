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

/// <summary>One YAML map while it is read. A key that was never asked for is unknown, which <see cref="Close"/> reports with its nearest known one.</summary>
internal sealed class YamlMap(YamlNode.Map node, string path, string file, List<Finding> problems)
{
    private readonly List<string> asked = [];

    internal int Line => node.Line;

    internal IEnumerable<YamlEntry> Entries => node.Entries;

    internal YamlNode? Find(string key)
    {
        asked.Add(key);
        return node.Entries.FirstOrDefault(entry => entry.Key == key)?.Value;
    }

    internal int LineOf(string key) => node.Entries.FirstOrDefault(entry => entry.Key == key)?.Line ?? Line;

    internal string? Text(string key, bool required = false)
    {
        var found = Find(key);
        if (found is YamlNode.Scalar { Text.Length: > 0 } scalar && !(scalar.Plain && scalar.Text is "~" or "null"))
            return scalar.Text;
        if (found is YamlNode.List or YamlNode.Map)
            Problem(found.Line, "wrong-type", $"{Name(key)} must be text, not {found.Kind}.");
        else if (required)
            Problem(found?.Line ?? Line, "missing-key", $"{Name(key)} is missing. Add it.");
        return null;
    }

    internal double? Number(string key, double min, double max)
    {
        if (Find(key) is not { } found)
            return null;
        if (found is not YamlNode.Scalar scalar || !double.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
            return Wrong<double>(found, $"{Name(key)} must be a number, not {found.Kind}.");
        return number >= min && number <= max ? number : Wrong<double>(found, string.Create(CultureInfo.InvariantCulture, $"{Name(key)} is {number}; it must lie between {min} and {max}."), "out-of-range");
    }

    internal int? Whole(string key, int min, int max)
    {
        var number = Number(key, min, max);
        return number is { } value && value != Math.Truncate(value)
            ? Wrong<int>(Find(key)!, $"{Name(key)} must be a whole number.")
            : (int?)number;
    }

    internal bool? Flag(string key) => Find(key) switch
    {
        null => null,
        YamlNode.Scalar { Plain: true, Text: "true" } => true,
        YamlNode.Scalar { Plain: true, Text: "false" } => false,
        var found => Wrong<bool>(found, $"{Name(key)} must be true or false, not {found.Kind}."),
    };

    /// <summary>A word of a closed list; the list's words are the enum's members in kebab-case.</summary>
    internal T? Word<T>(string key) where T : struct, Enum
    {
        if (Text(key) is not { } text)
            return null;
        foreach (var value in Enum.GetValues<T>())
        {
            if (Kebab(value) == text)
                return value;
        }
        var words = Enum.GetValues<T>().Select(Kebab).ToList();
        return Wrong<T>(Find(key)!, $"{Name(key)} is \"{text}\"; it must be {string.Join(" or ", words)}.{Nearest(text, words)}");
    }

    /// <summary>A length of time such as 5s, 30m, 24h, 7d or 1h30m.</summary>
    internal TimeSpan? Duration(string key)
    {
        if (Text(key) is not { } text)
            return null;
        return DurationOf(text) is { } duration
            ? duration
            : Wrong<TimeSpan>(Find(key)!, $"{Name(key)} is \"{text}\"; it must be a length of time such as 5s, 30m, 24h or 7d.");
    }

    internal YamlMap? Map(string key, bool required = false)
    {
        var found = Find(key);
        if (found is YamlNode.Map map)
            return new YamlMap(map, Name(key), file, problems);
        if (found is not null)
            Problem(found.Line, "wrong-type", $"{Name(key)} must be a map, not {found.Kind}.");
        else if (required)
            Problem(Line, "missing-key", $"{Name(key)} is missing. Add it.");
        return null;
    }

    internal IReadOnlyList<YamlMap> Maps(string key) =>
        [.. Items(key).Select((item, i) =>
        {
            if (item is YamlNode.Map map)
                return new YamlMap(map, $"{Name(key)}[{i}]", file, problems);
            Problem(item.Line, "wrong-type", $"{Name(key)}[{i}] must be a map, not {item.Kind}.");
            return null;
        }).OfType<YamlMap>()];

    /// <summary>A list of words; a single word is a list of one.</summary>
    internal IReadOnlyList<string> Texts(string key)
    {
        if (Find(key) is YamlNode.Scalar { Text.Length: > 0 } one)
            return [one.Text];
        var texts = new List<string>();
        foreach (var item in Items(key))
        {
            if (item is YamlNode.Scalar scalar)
                texts.Add(scalar.Text);
            else
                Problem(item.Line, "wrong-type", $"{Name(key)} must hold texts, not {item.Kind}.");
        }
        return texts;
    }

    internal IReadOnlyList<YamlNode> Items(string key)
    {
        switch (Find(key))
        {
            case null or YamlNode.Scalar { Text: "" }:
                return [];
            case YamlNode.List list:
                return list.Items;
            case var found:
                Problem(found.Line, "wrong-type", $"{Name(key)} must be a list, not {found.Kind}.");
                return [];
        }
    }

    /// <summary>Says that all keys this map may have were asked for.</summary>
    internal void Close()
    {
        foreach (var entry in node.Entries)
        {
            if (!asked.Contains(entry.Key))
                Problem(entry.Line, "unknown-key", $"Unknown key \"{Name(entry.Key)}\".{Nearest(entry.Key, asked)} Known here: {string.Join(", ", asked.Distinct())}.");
        }
    }

    internal void Problem(int? line, string rule, string message) => problems.Add(new Finding(file, line, rule, FindingLevel.Error, message));

    /// <summary>" Did you mean …?", or nothing where no known word is near.</summary>
    internal static string Nearest(string word, IEnumerable<string> known)
    {
        var nearest = known.Distinct().Select(candidate => (candidate, distance: Distance(word.ToLowerInvariant(), candidate.ToLowerInvariant())))
            .OrderBy(pair => pair.distance).FirstOrDefault();
        return nearest.candidate is not null && nearest.distance <= Math.Max(2, word.Length / 3) ? $" Did you mean \"{nearest.candidate}\"?" : "";
    }

    internal static string Kebab<T>(T value) where T : struct, Enum =>
        System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    private string Name(string key) => path.Length == 0 ? key : $"{path}.{key}";

    private T? Wrong<T>(YamlNode at, string message, string rule = "wrong-type") where T : struct
    {
        Problem(at.Line, rule, message);
        return null;
    }

    private static TimeSpan? DurationOf(string text)
    {
        var total = TimeSpan.Zero;
        for (var i = 0; i < text.Length;)
        {
            var start = i;
            while (i < text.Length && char.IsAsciiDigit(text[i]))
                i++;
            if (i == start || i - start > 6 || i == text.Length)
                return null;
            var count = int.Parse(text.AsSpan(start, i - start), CultureInfo.InvariantCulture);
            var milliseconds = text.AsSpan(i).StartsWith("ms");
            TimeSpan? part = text[i] switch
            {
                'm' when milliseconds => TimeSpan.FromMilliseconds(count),
                's' => TimeSpan.FromSeconds(count),
                'm' => TimeSpan.FromMinutes(count),
                'h' => TimeSpan.FromHours(count),
                'd' => TimeSpan.FromDays(count),
                _ => null,
            };
            if (part is null)
                return null;
            total += part.Value;
            i += milliseconds ? 2 : 1;
        }
        return text.Length == 0 ? null : total;
    }

    /// <summary>Levenshtein's edit distance, two rows.</summary>
    private static int Distance(string a, string b)
    {
        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        foreach (var (i, letter) in a.Index())
        {
            var current = new int[b.Length + 1];
            current[0] = i + 1;
            for (var j = 1; j <= b.Length; j++)
                current[j] = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + (letter == b[j - 1] ? 0 : 1));
            previous = current;
        }
        return previous[^1];
    }
}

/// <summary>Turns the problems of one file into the refusal that a caller sees.</summary>
internal static class YamlRefusal
{
    private const int Shown = 10;

    internal static Refusal Of(IReadOnlyList<Finding> problems)
    {
        var lines = problems.Take(Shown).Select(problem => problem.Line is { } line ? $"{problem.File}:{line}: {problem.Message}" : $"{problem.File}: {problem.Message}");
        var rest = problems.Count > Shown ? $"\n… and {problems.Count - Shown} more." : "";
        return Refusal.Invalid(problems[0].Rule, string.Join('\n', lines) + rest);
    }
}
