using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace LlmOps.Evaluation;

/// <summary>promptfoo's prompts and providers as prompt files. The first provider is the model; the others are named in a comment.</summary>
internal sealed partial class PromptfooPrompts(ImportLedger ledger)
{
    private const string ReadsFile = "It is another file, which an import never reads or runs. Write the prompt's text here and import again.";

    private readonly List<Imported> prompts = [];
    private readonly List<string> models = [];
    private readonly List<string> settings = [];
    private JsonArray? tools;

    /// <summary>The variables that the prompts name.</summary>
    internal IReadOnlyCollection<string> Inputs => [.. prompts.SelectMany(prompt => Nunjucks.Names(prompt.System + prompt.User)).Distinct()];

    internal void Providers(YamlNode? node)
    {
        foreach (var provider in node switch { null => [], YamlNode.List list => list.Items, _ => [node] })
        {
            var map = provider as YamlNode.Map;
            // {openai:gpt-4o: {config: …}} is another way to write {id: openai:gpt-4o, config: …}
            var (id, body) = map is { Entries: [{ Value: YamlNode.Map inner } only] } && only.Key.Contains(':', StringComparison.Ordinal) ? (only.Key, inner) : (map is null ? (provider as YamlNode.Scalar)?.Text : TextOf(map, "id"), map);
            if (id is null || ModelOf(id) is not { } model)
            {
                ledger.Refuse(provider.Line, $"provider {id ?? provider.Kind}", "It runs code, reads a file or calls an address, which an import never does. Name a model of a provider that the gateway knows.");
                continue;
            }
            models.Add(model);
            ledger.Adapt();
            foreach (var entry in body?.Entries.Where(entry => entry.Key is not ("id" or "label")) ?? [])
            {
                if (entry is { Key: "config", Value: YamlNode.Map config } && models.Count == 1)
                    Config(config);
                else
                    ledger.Refuse(entry, models.Count == 1 ? "This setting of a provider has no meaning here." : "Only the first provider's settings are taken. Evaluate another model with llmops eval --model.");
            }
        }
    }

    internal void All(YamlNode? node, IEnumerable<JsonObject> rows)
    {
        foreach (var prompt in node switch { null => [], YamlNode.List list => list.Items, YamlNode.Map map when TextOf(map, "raw") is null && TextOf(map, "id") is null => [.. map.Entries.Select(entry => new YamlNode.Scalar(entry.Key, false, false, entry.Line))], _ => [node] })
        {
            var map = prompt as YamlNode.Map;
            var text = map is null ? (prompt as YamlNode.Scalar)?.Text : TextOf(map, "raw") ?? TextOf(map, "id");
            if (text is null || FileName().IsMatch(text))
            {
                ledger.Refuse(prompt.Line, $"prompt {text ?? prompt.Kind}", ReadsFile);
                continue;
            }
            if (Nunjucks.HasLogic(text))
                ledger.Refuse(prompt.Line, $"prompt {text.ReplaceLineEndings(" ")}", "Statements and filters of Nunjucks are not carried out: they stay in the text as they are. Write what they make.");
            prompts.Add(Split(text, map is null ? null : TextOf(map, "label")) with { Schema = SchemaOf(map) });
            ledger.Keep();
            foreach (var entry in map?.Entries.Where(entry => entry.Key is not ("id" or "raw" or "label" or "config")) ?? [])
                ledger.Refuse(entry, "This setting of a prompt has no meaning here.");
        }
        if (prompts.Count == 0)
        {
            var names = rows.SelectMany(row => (row["vars"] as JsonObject)?.Select(pair => pair.Key) ?? []).Distinct();
            prompts.Add(new Imported("", string.Join("\n", names.Select(name => $"{{{{{name}}}}}").DefaultIfEmpty("Write the prompt here.")), null) { StandsIn = true });
        }
    }

    /// <summary>A file name for each prompt, the first one the application's.</summary>
    internal IReadOnlyList<string> Names(string app) => [.. prompts.Select((_, i) => i == 0 ? app : string.Create(CultureInfo.InvariantCulture, $"{app}-{i + 1}"))];

    internal string File(int index, string from, IEnumerable<JsonObject> rows)
    {
        var prompt = prompts[index];
        var all = rows.Select(row => (row["vars"] as JsonObject)?.Select(pair => pair.Key).ToHashSet() ?? []).ToList();
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Imported from {Path.GetFileName(from)}{(prompt.Label is null ? "" : $", prompt {Quoted(prompt.Label)}")}.\n");
        if (prompt.StandsIn)
            text.Append("# Its prompts stand in other files, which an import never reads. This one only passes the variables on: write yours here.\n");
        if (models.Count > 1)
            text.Append("# Its other models: ").AppendJoin(", ", models.Skip(1).Distinct().Select(model => model.ReplaceLineEndings(" "))).Append(". Evaluate one with llmops eval --model.\n");
        text.Append("version: 1.0.0\n").Append(CultureInfo.InvariantCulture, $"model: {Quoted(models.FirstOrDefault() ?? "embedded/echo")}\n");
        if (models is [var unpinned, ..] && unpinned.EndsWith("@unpinned", StringComparison.Ordinal))
            text.Append("# promptfoo names no version of the model: write the one you release, so that an update is a change that one can see.\n");
        foreach (var setting in settings)
            text.Append(setting).Append('\n');
        if (prompt.System.Length > 0)
            text.Append("\nsystem_prompt: ").Append(Block(Nunjucks.Plain(prompt.System)));
        text.Append("\nuser_prompt_template: ").Append(Block(Nunjucks.Plain(prompt.User)));
        var names = Nunjucks.Names(prompt.System + prompt.User).ToList();
        if (names.Count > 0)
            text.Append("\ninputs:\n");
        foreach (var name in names)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"  {Quoted(name)}: {{ type: string, required: {(all.Count > 0 && all.TrueForAll(vars => vars.Contains(name)) ? "true" : "false")}, untrusted: {(Nunjucks.Names(prompt.System).Contains(name) ? "false" : "true")} }}\n");
        }
        if (tools is not null)
            text.Append("\ntools: ").Append(tools.ToJsonString(LlmOps.Json.Options)).Append('\n');
        if (prompt.Schema is not null)
            text.Append("\nresponse_schema: ").Append(prompt.Schema.ToJsonString(LlmOps.Json.Options)).Append('\n');
        return text.Append("\nchanges:\n- Imported.\n").ToString();
    }

    private void Config(YamlNode.Map config)
    {
        foreach (var entry in config.Entries)
        {
            switch (entry.Key, entry.Value)
            {
                case ("temperature", YamlNode.Scalar { Text: var text }) when double.TryParse(text, CultureInfo.InvariantCulture, out var temperature) && temperature is >= 0 and <= 2:
                    settings.Add(string.Create(CultureInfo.InvariantCulture, $"temperature: {temperature}"));
                    ledger.Keep();
                    break;
                case ("max_tokens" or "max_completion_tokens", YamlNode.Scalar { Text: var text }) when int.TryParse(text, CultureInfo.InvariantCulture, out var tokens) && tokens is >= 1 and <= 1_000_000:
                    settings.Add(string.Create(CultureInfo.InvariantCulture, $"max_tokens: {tokens}"));
                    ledger.Keep();
                    break;
                case ("tools" or "functions", YamlNode.List list) when list.Items.All(item => ToolOf(item) is not null) && tools is null:
                    tools = new JsonArray([.. list.Items.Select(item => ToolOf(item))]);
                    ledger.Adapt();
                    break;
                default:
                    ledger.Refuse(entry, entry.Value is YamlNode.Scalar { Text: var path } && path.StartsWith("file://", StringComparison.Ordinal)
                        ? "It reads another file, which an import never does. Write its content here and import again."
                        : "This setting of a model has no meaning here; secrets and addresses belong to the gateway.");
                    break;
            }
        }
    }

    private static JsonObject? ToolOf(YamlNode item)
    {
        var json = (item.ToJson() as JsonObject)?["function"] as JsonObject ?? item.ToJson() as JsonObject;
        if (json?["name"]?.GetValueKind() != JsonValueKind.String)
            return null;
        var tool = new JsonObject { ["name"] = json["name"]!.DeepClone(), ["description"] = json["description"]?.ToString() ?? "" };
        if (json["parameters"] is JsonObject parameters)
            tool["parameters"] = parameters.DeepClone();
        return tool;
    }

    private JsonObject? SchemaOf(YamlNode.Map? prompt)
    {
        JsonObject? schema = null;
        foreach (var entry in (prompt?.Entries.FirstOrDefault(entry => entry.Key == "config")?.Value as YamlNode.Map)?.Entries ?? [])
        {
            if (entry.Key == "response_format" && entry.Value.ToJson()?["json_schema"]?["schema"] is JsonObject found)
            {
                schema = found.DeepClone().AsObject();
                ledger.Adapt();
            }
            else
            {
                ledger.Refuse(entry, "This setting of a prompt has no meaning here.");
            }
        }
        return schema;
    }

    /// <summary>A prompt that is a JSON list of messages is cut into its system and its user text; anything else is the user's.</summary>
    private static Imported Split(string text, string? label)
    {
        if (!text.TrimStart().StartsWith('['))
            return new Imported("", text, label);
        try
        {
            var messages = JsonNode.Parse(text) as JsonArray ?? [];
            string Of(string role) => string.Join("\n\n", messages.Where(message => (string?)message?["role"] == role).Select(message => (string?)message!["content"]));
            return messages.Count > 0 && messages.All(message => (string?)message?["role"] is "system" or "user" && message["content"]?.GetValueKind() == JsonValueKind.String) && Of("user").Length > 0
                ? new Imported(Of("system"), Of("user"), label)
                : new Imported("", text, label);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return new Imported("", text, label);
        }
    }

    /// <summary>provider/name@version; null for what runs code, reads a file or is an address.</summary>
    private static string? ModelOf(string id)
    {
        if (id == "echo")
            return "embedded/echo";
        var parts = id.Split(':');
        if (parts.Length < 2 || !Word().IsMatch(parts[0]) || parts[0] is "file" or "python" or "exec" or "http" or "https" or "ws" or "wss" or "webhook" or "package" or "golang" or "ruby" or "script" or "browser" || !ModelName().IsMatch(parts[^1]))
            return null;
        var dated = Dated().Match(parts[^1]);
        return dated.Success ? $"{parts[0]}/{dated.Groups["name"].Value}@{dated.Groups["date"].Value}" : $"{parts[0]}/{parts[^1]}@unpinned";
    }

    /// <summary>A block scalar where the text can stand in one unchanged, else a quoted one.</summary>
    private static string Block(string text)
    {
        var plain = text.Length > 0 && !char.IsWhiteSpace(text[0]) && text.All(c => c == '\n' || c >= ' ') && !text.Any(c => char.IsSurrogate(c) || c is '\u0085' or '\u2028' or '\u2029' or '\u007F' or '\uFEFF') && text.TrimEnd('\n').Length >= text.Length - 1;
        if (!plain)
            return Quoted(text) + "\n";
        var lines = text.TrimEnd('\n').Split('\n').Select(line => line.Length == 0 ? "" : $"  {line}");
        return $"{(text.EndsWith('\n') ? "|" : "|-")}\n{string.Join('\n', lines)}\n";
    }

    private static string Quoted(string text) => JsonSerializer.Serialize(text, LlmOps.Json.Options);

    private static string? TextOf(YamlNode.Map map, string key) => map.Entries.FirstOrDefault(entry => entry.Key == key)?.Value is YamlNode.Scalar scalar ? scalar.Text : null;

    [GeneratedRegex(@"^(file|exec|python|package|https?):|^\S+\.(txt|md|json|jsonl|ya?ml|csv|j2|njk|py|js|cjs|mjs|ts|rb|go|sh|exe)(:[\w.]+)?$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex FileName();

    [GeneratedRegex("^[a-z][a-z0-9-]*$")]
    private static partial Regex Word();

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._/-]*$")]
    private static partial Regex ModelName();

    [GeneratedRegex(@"^(?<name>.+?)-(?<date>[0-9]{4}-[0-9]{2}-[0-9]{2}|20[0-9]{6})$", RegexOptions.ExplicitCapture)]
    private static partial Regex Dated();

    private sealed record Imported(string System, string User, string? Label)
    {
        internal JsonObject? Schema { get; init; }

        internal bool StandsIn { get; init; }
    }
}
