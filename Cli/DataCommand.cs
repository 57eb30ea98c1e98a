using System.CommandLine;

namespace LlmOps.Cli;

public static class DataCommand
{
    public static Command Build()
    {
        var dir = new Argument<DirectoryInfo>("dir") { Description = "The application's folder.", DefaultValueFactory = _ => new DirectoryInfo(".") };
        var freeze = new Command("freeze", "Write the content hash of every dataset into llmops.lock.") { dir };
        freeze.SetAction(parsed =>
        {
            var terminal = Terminal.Of(parsed);
            var folder = parsed.GetValue(dir)!;
            if (!folder.Exists)
                return terminal.Refuse(Refusal.Invalid("no-such-folder", $"There is no folder {folder.FullName}."));
            var frozen = LockFile.Freeze(new AppFolder(folder.FullName));
            if (frozen.Refused)
                return terminal.Refuse(frozen.Refusal);
            terminal.Answer(new { datasets = frozen.Value }, () =>
            {
                foreach (var dataset in frozen.Value)
                    terminal.Say($"{dataset.Name,-24} {dataset.Sha256[..12]} {dataset.Cases} cases");
            });
            return Exit.Done;
        });
        return new Command("data", "Datasets.") { DataCheckCommand.Build(), freeze, ExportCommand.Data() };
    }
}
