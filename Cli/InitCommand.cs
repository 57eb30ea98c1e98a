using System.CommandLine;

namespace LlmOps.Cli;

public static class InitCommand
{
    private const string Root = "Templates/";
    private const string Ignore = ".gitignore";
    private static readonly string[] Templates = ["guest-agent", "rag", "classifier"];

    public static Command Build()
    {
        var dir = new Argument<DirectoryInfo>("dir") { Description = "Where to put it.", DefaultValueFactory = _ => new DirectoryInfo(".") };
        var template = new Option<string>("--template") { Description = string.Join(" | ", Templates), DefaultValueFactory = _ => Templates[0] };
        template.AcceptOnlyFromAmong(Templates);
        var command = new Command("init", "A new AI application: settings, prompt, dataset, suite and policy, ready to validate and push.") { dir, template };
        command.SetAction(parsed => Run(Terminal.Of(parsed), parsed.GetValue(dir)!, parsed.GetValue(template)!));
        return command;
    }

    private static int Run(Terminal terminal, DirectoryInfo dir, string template)
    {
        var name = Slug(dir.Name);
        var prefix = $"{Root}{template}/";
        var files = typeof(InitCommand).Assembly.GetManifestResourceNames().Where(resource => resource.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(resource => resource[prefix.Length..], resource => Read(resource).Replace("{{app}}", name, StringComparison.Ordinal));
        if (files.Keys.FirstOrDefault(file => File.Exists(Path.Combine(dir.FullName, file))) is { } taken)
            return terminal.Refuse(Refusal.Conflict("file-exists", $"{Path.Combine(dir.FullName, taken)} is there already and is left as it is. Choose an empty folder."));

        if (!File.Exists(Path.Combine(dir.FullName, Ignore)))
            files[Ignore] = ".llmops/\n"; // journals of runs, local servers
        foreach (var (file, text) in files)
        {
            var path = Path.Combine(dir.FullName, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }
        terminal.Answer(new { files = files.Keys.Order(StringComparer.Ordinal) }, () =>
        {
            foreach (var file in files.Keys.Order(StringComparer.Ordinal))
                terminal.Say($"  {file}");
            terminal.Say($"{name} is made. Next: llmops validate {Path.GetRelativePath(Directory.GetCurrentDirectory(), dir.FullName)}");
        });
        return Exit.Done;
    }

    private static string Read(string resource)
    {
        using var reader = new StreamReader(typeof(InitCommand).Assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }

    /// <summary>A folder's name as an application's: lower-case letters, digits and dashes.</summary>
    public static string Slug(string name)
    {
        var slug = string.Concat(name.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')).Trim('-');
        return slug.Length > 0 ? slug : "my-app";
    }
}
