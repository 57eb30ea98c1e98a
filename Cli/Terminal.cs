using System.CommandLine;
using System.CommandLine.Parsing;
using LlmOps.Evaluation;

namespace LlmOps.Cli;

/// <summary>How a command speaks: text for people, or with <c>--json</c> one document on standard output and everything else on standard error.</summary>
public sealed class Terminal(bool json, string? server, string? role)
{
    private static readonly Option<bool> JsonOption = new("--json") { Description = "Print one JSON document on standard output.", Recursive = true };
    private static readonly Option<string?> ServerOption = new("--server") { Description = "Address of the console (default: LLMOPS_URL, else the local stack).", Recursive = true };
    private static readonly Option<string?> RoleOption = new("--as") { Description = "Which local role's key to use when LLMOPS_API_KEY is not set (default: one that may do it).", Recursive = true };

    public bool Json => json;

    /// <summary>Says nothing and shows no progress, for a host that does a command's work in its own process.</summary>
    public bool Quiet { get; init; }

    public string? Server => server;

    /// <summary>The local role asked for; null leaves it to the command.</summary>
    public string? Role => role;

    public static void AddOptions(RootCommand root)
    {
        root.Add(JsonOption);
        root.Add(ServerOption);
        root.Add(RoleOption);
    }

    public static Terminal Of(ParseResult parsed) => new(parsed.GetValue(JsonOption), parsed.GetValue(ServerOption), parsed.GetValue(RoleOption));

    /// <summary>What cannot be parsed: with --json a refusal, else the errors and the help, all of it on standard error.</summary>
    public static Task<int> Misuse(ParseResult parsed, string[] arguments)
    {
        if (!arguments.Contains("--json"))
            return parsed.InvokeAsync(new() { Output = Console.Error });
        var help = string.Join(' ', Path(parsed.CommandResult).Append("--help"));
        return Task.FromResult(new Terminal(json: true, server: null, role: null).Refuse(
            Refusal.Invalid("bad-usage", $"{string.Join(" ", parsed.Errors.SelectMany(error => error.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))} See {help}.")));
    }

    /// <summary>Lines for people, made <see cref="Inert"/>.</summary>
    public void Say(string text)
    {
        if (!Quiet)
            (json ? Console.Error : Console.Out).WriteLine(Inert(text));
    }

    /// <summary>A command to the build server, whose words are escaped already.</summary>
    public void Annotate(string command)
    {
        if (!Quiet)
            (json ? Console.Error : Console.Out).WriteLine(command);
    }

    /// <summary>The answer: the document with --json, else what <paramref name="text"/> says.</summary>
    public void Answer<T>(T document, Action text)
    {
        if (json)
            Console.Out.WriteLine(System.Text.Json.JsonSerializer.Serialize(document, LlmOps.Json.Indented));
        else
            text();
    }

    public int Refuse(Refusal refusal)
    {
        Console.Error.WriteLine($"error: {Inert(refusal.Detail)} [{refusal.Code}]");
        if (json)
            Console.Out.WriteLine(System.Text.Json.JsonSerializer.Serialize(new { error = refusal }, LlmOps.Json.Indented));
        return Exit.CouldNot;
    }

    /// <summary>The answer of one call: its text, or the refusal.</summary>
    public int Answer<T>(Result<T> result, Action<T> text) where T : class
    {
        if (result.Refused)
            return Refuse(result.Refusal);
        Answer(result.Value, () => text(result.Value));
        return Exit.Done;
    }

    private static IEnumerable<string> Path(CommandResult command) =>
        command.Parent is CommandResult parent ? Path(parent).Append(command.Command.Name) : [command.Command.Name];

    /// <summary>Text without what a terminal would obey (control and direction characters; line breaks and tabs stay) or a build server.</summary>
    public static string Inert(string text) => ReportAnnotations.Inert(string.Concat(text.Select(c => Obeyed(c) ? '\uFFFD' : c)));

    private static bool Obeyed(char c) => char.IsControl(c) ? c is not ('\n' or '\t') : c is '\u2028' or '\u2029' or '\u200E' or '\u200F' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
