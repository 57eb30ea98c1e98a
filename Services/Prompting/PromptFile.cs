using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmOps.Prompting;

/// <summary>One prompt version as its owner keeps it in Git: templates, parameters, tools and inputs, with the text it was read from.</summary>
/// <param name="File">The name it was read under, for messages.</param>
/// <param name="Text">The file, unchanged.</param>
/// <param name="Sha256">Of the text's UTF-8 bytes, lower-case hex.</param>
/// <param name="Temperature">0 to 2; null leaves it to the model.</param>
/// <param name="MaxTokens">Limit of the answer; null leaves it to the model.</param>
/// <param name="UserPromptTemplate">Null where the caller's messages go to the model as they are.</param>
/// <param name="Inputs">Null where none are declared: then every bare word in braces is a placeholder.</param>
public sealed record PromptFile(
    string File, string Text, string Sha256, SemanticVersion Version, string Model, string SystemPrompt, string? UserPromptTemplate,
    double? Temperature, int? MaxTokens, IReadOnlyList<PromptTool> Tools, PromptRetrieval? Retrieval,
    IReadOnlyDictionary<string, PromptInput>? Inputs, JsonElement? ResponseSchema, IReadOnlyList<string> Changes)
{
    /// <summary>Where each part stands in the file; findings name these lines.</summary>
    [JsonIgnore]
    internal IReadOnlyDictionary<string, PromptPart> Parts { get; init; } = new Dictionary<string, PromptPart>();

    /// <summary>Reads a prompt file. The refusal lists every problem with file, line and cure; its code is the first problem's rule.</summary>
    public static Result<PromptFile> Parse(string yaml, string file)
    {
        var problems = new List<Finding>();
        return Read(yaml, file, problems) is { } prompt && problems.Count == 0 ? prompt : YamlRefusal.Of(problems);
    }

    /// <summary>What <see cref="Parse"/> would refuse, one finding per problem.</summary>
    public static IReadOnlyList<Finding> Problems(string yaml, string file)
    {
        var problems = new List<Finding>();
        Read(yaml, file, problems);
        return problems;
    }

    private static PromptFile? Read(string yaml, string file, List<Finding> problems)
    {
        if (Yaml.Read(yaml, file, problems) is not { } root)
            return null;

        var prompt = new PromptFile(
            file, yaml, ContentHash.OfText(yaml), VersionOf(root), root.Text("model", required: true) ?? "",
            root.Text("system_prompt") ?? "", root.Text("user_prompt_template"),
            root.Number("temperature", 0, 2), root.Whole("max_tokens", 1, 1_000_000), ToolsOf(root), RetrievalOf(root),
            InputsOf(root), SchemaOf(root, "response_schema"), root.Texts("changes"))
        {
            Parts = PartsOf(root),
        };
        if (prompt.SystemPrompt.Length == 0 && prompt.UserPromptTemplate is null)
            root.Problem(root.Line, "missing-key", "system_prompt and user_prompt_template are both missing. Write at least one of them.");
        root.Close();
        return prompt;
    }

    private static SemanticVersion VersionOf(YamlMap root)
    {
        if (root.Text("version", required: true) is not { } text)
            return new SemanticVersion(0, 0, 0);
        if (SemanticVersion.TryParse(text, out var version))
            return version;
        root.Problem(root.LineOf("version"), "bad-version", $"version is \"{text}\"; it must be a semantic version such as 1.2.0.");
        return new SemanticVersion(0, 0, 0);
    }

    private static List<PromptTool> ToolsOf(YamlMap root)
    {
        var tools = new List<PromptTool>();
        foreach (var map in root.Maps("tools"))
        {
            var tool = new PromptTool(map.Text("name", required: true) ?? "", map.Text("description") ?? "", SchemaOf(map, "parameters"));
            if (tool.Name.Length > 64 || tool.Name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not '_' and not '-'))
                map.Problem(map.LineOf("name"), "bad-name", $"The tool's name \"{tool.Name}\" must be 1 to 64 of A-Z a-z 0-9 _ -.");
            if (tools.Exists(other => other.Name == tool.Name))
                map.Problem(map.LineOf("name"), "duplicate-tool", $"There is a tool \"{tool.Name}\" already. Rename one of the two.");
            map.Close();
            tools.Add(tool);
        }
        return tools;
    }

    private static PromptRetrieval? RetrievalOf(YamlMap root)
    {
        if (root.Map("retrieval") is not { } map)
            return null;
        var retrieval = new PromptRetrieval(map.Text("index", required: true) ?? "", map.Whole("k", 1, 100) ?? PromptRetrieval.DefaultK);
        map.Close();
        return retrieval;
    }

    private static Dictionary<string, PromptInput>? InputsOf(YamlMap root)
    {
        if (root.Map("inputs") is not { } map)
            return null;
        var inputs = new Dictionary<string, PromptInput>();
        foreach (var entry in map.Entries)
        {
            if (!Template.IsName(entry.Key))
                map.Problem(entry.Line, "bad-name", $"The input's name \"{entry.Key}\" must be letters, digits and _, parts joined by dots.");
            if (entry.Key == Rendering.Context)
                map.Problem(entry.Line, "bad-name", "\"context\" is the place of the retrieved passages and cannot be an input. Rename the input.");
            if (map.Map(entry.Key) is not { } input)
                continue;
            inputs[entry.Key] = new PromptInput(TypeOf(input), input.Flag("required") ?? true, input.Flag("untrusted") ?? false);
            input.Close();
        }
        return inputs;
    }

    private static string TypeOf(YamlMap input)
    {
        var type = input.Text("type") ?? PromptInput.Types[0];
        if (!PromptInput.Types.Contains(type))
            input.Problem(input.LineOf("type"), "wrong-type", $"The type \"{type}\" is unknown.{YamlMap.Nearest(type, PromptInput.Types)} Write one of {string.Join(", ", PromptInput.Types)}.");
        return type;
    }

    private static JsonElement? SchemaOf(YamlMap map, string key)
    {
        if (map.Find(key) is not { } found)
            return null;
        if (found is YamlNode.Map schema)
            return JsonSerializer.SerializeToElement(schema.ToJson(), Json.Options);
        map.Problem(found.Line, "wrong-type", $"{key} must be a JSON schema (a map), not {found.Kind}.");
        return null;
    }

    private static Dictionary<string, PromptPart> PartsOf(YamlMap root)
    {
        var parts = new Dictionary<string, PromptPart>();
        foreach (var entry in root.Entries)
        {
            if (entry.Value is YamlNode.Scalar scalar)
                parts[entry.Key] = new PromptPart(scalar.Line, scalar.Literal);
            else
                parts[entry.Key] = new PromptPart(entry.Line, Literal: false);
        }
        return parts;
    }
}

/// <summary>A function that the model may ask for; <paramref name="Parameters"/> is its JSON schema.</summary>
public sealed record PromptTool(string Name, string Description, JsonElement? Parameters);

/// <param name="Index">The retrieval index by name.</param>
/// <param name="K">Passages per question, 1 to 100.</param>
public sealed record PromptRetrieval(string Index, int K)
{
    public const int DefaultK = 4;
}

/// <param name="Type">One of <see cref="Types"/>.</param>
/// <param name="Required">True unless said otherwise: a forgotten value is an error, not an empty place.</param>
/// <param name="Untrusted">Comes from outside; may stand in the user template only.</param>
public sealed record PromptInput(string Type, bool Required, bool Untrusted)
{
    /// <summary>JSON schema's words, string first: it is meant where nothing is said.</summary>
    public static IReadOnlyList<string> Types { get; } = ["string", "number", "integer", "boolean", "array", "object"];
}

/// <param name="Line">Of the value in the file, 1-based.</param>
/// <param name="Literal">A block scalar, whose text starts on the next line and keeps its lines.</param>
internal sealed record PromptPart(int Line, bool Literal)
{
    /// <summary>The line in the file of a line (0-based) of the part's text; for folded text, where the part starts.</summary>
    internal int LineAt(int textLine) => Literal ? Line + 1 + textLine : Line;
}
