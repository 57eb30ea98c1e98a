using System.CommandLine;
using LlmOps.Evaluation;

namespace LlmOps.Cli;

public static class ImportCommand
{
    public static Command Build()
    {
        var file = new Argument<FileInfo>("file") { Description = "promptfooconfig.yaml, or a table of tests as CSV." };
        var outOption = new Option<DirectoryInfo>("--out") { Description = "Where to put the application; files that are there are left as they are.", Required = true };
        var tests = new Option<FileInfo?>("--tests") { Description = "A table of tests (CSV) that the configuration names: other files are read only when named here." };
        var promptfoo = new Command("promptfoo", "A promptfoo configuration. Nothing in it is executed or fetched; what was left out is listed by line.") { file, outOption, tests };
        promptfoo.SetAction((parsed, ct) => Run(Terminal.Of(parsed), parsed.GetValue(file)!, parsed.GetValue(outOption)!, parsed.GetValue(tests), ct));
        return new Command("import", "Files of other tools into an application of ours.") { promptfoo };
    }

    private static async Task<int> Run(Terminal terminal, FileInfo file, DirectoryInfo folder, FileInfo? tests, CancellationToken ct)
    {
        var app = InitCommand.Slug(folder.Name);
        var text = await StrictText.Read(file.FullName, ct);
        if (text.Refused)
            return terminal.Refuse(text.Refusal);
        var csv = tests is null ? null : await StrictText.Read(tests.FullName, ct);
        if (csv is { Refused: true, Refusal: { } unread })
            return terminal.Refuse(unread);
        var imported = file.Extension.Equals(".csv", StringComparison.OrdinalIgnoreCase)
            ? PromptfooImport.ReadCsv(text.Value, file.Name, app)
            : PromptfooImport.Read(text.Value, file.Name, app, csv is null ? null : (csv.Value!, tests!.Name));
        if (imported.Refused)
            return terminal.Refuse(imported.Refusal);
        if (imported.Value.Files.Keys.FirstOrDefault(path => File.Exists(Path.Combine(folder.FullName, path))) is { } taken)
            return terminal.Refuse(Refusal.Conflict("file-exists", $"{Path.Combine(folder.FullName, taken)} is there already and is left as it is. Choose an empty folder."));

        foreach (var (path, content) in imported.Value.Files)
        {
            var full = Path.Combine(folder.FullName, path);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            await File.WriteAllTextAsync(full, content, ct);
        }
        Tell(terminal, imported.Value, file.Name, folder);
        return Exit.Done;
    }

    private static void Tell(Terminal terminal, ImportedApp imported, string file, DirectoryInfo folder)
    {
        var files = imported.Files.Keys.Order(StringComparer.Ordinal).ToList();
        terminal.Answer(new { imported.Native, imported.Adapted, imported.Refused, Files = files }, () =>
        {
            foreach (var path in files)
                terminal.Say($"  {path}");
            foreach (var refused in imported.Refused)
                terminal.Say($"{file}:{refused.Line}: left out {refused.What.ReplaceLineEndings(" ")}: {refused.Why}");
            terminal.Say($"{imported.Native} native, {imported.Adapted} adapted, {imported.Refused.Count} refused. Next: llmops validate {Path.GetRelativePath(Directory.GetCurrentDirectory(), folder.FullName)}");
        });
    }
}
