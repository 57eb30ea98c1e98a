using System.Text;
using LlmOps.Evaluation;

namespace LlmOps.Cli;

/// <summary>llmops.lock: the content hash of each frozen dataset. A file that differs from its hash is not what was reviewed.</summary>
public static class LockFile
{
    public const string Name = "llmops.lock";

    public static IReadOnlyList<Finding> Problems(AppFolder folder)
    {
        if (!folder.Has(Name))
            return [];
        var findings = new List<Finding>();
        var root = Yaml.Read(folder.Text(Name), Name, findings);
        foreach (var dataset in root?.Maps("datasets") ?? [])
        {
            var (name, sha256) = (dataset.Text("name", required: true), dataset.Text("sha256", required: true));
            dataset.Whole("cases", 0, int.MaxValue);
            dataset.Close();
            if (name is null || sha256 is null)
                continue;
            var file = $"datasets/{name}.jsonl";
            if (folder.Stray(file) is { } why)
                findings.Add(new(Name, dataset.Line, "path-outside", FindingLevel.Error, $"{name} is no dataset of this application. {why}"));
            else if (!folder.Has(file))
                findings.Add(new(Name, dataset.Line, "missing-dataset", FindingLevel.Error, $"{file} is frozen here and is not there."));
            else if (folder.Sha256(file) is var actual && actual != sha256)
                findings.Add(new(file, null, "dataset-changed", FindingLevel.Error, $"The file's SHA-256 is {actual}, {Name} says {sha256}. Take the change back, or freeze it on purpose with llmops data freeze."));
        }
        root?.Whole("schema_version", 1, 1);
        root?.Close();
        return findings;
    }

    /// <summary>Writes the lock over every dataset of the folder.</summary>
    public static Result<IReadOnlyList<FrozenDataset>> Freeze(AppFolder folder)
    {
        var frozen = new List<FrozenDataset>();
        foreach (var file in folder.Files("datasets", "*.jsonl"))
        {
            var dataset = Dataset.Parse(folder.Bytes(file), file);
            if (dataset.Refused)
                return dataset.Refusal;
            frozen.Add(new(Path.GetFileNameWithoutExtension(file), folder.Sha256(file), dataset.Value.Cases.Count));
        }
        var text = new StringBuilder("# Written by `llmops data freeze`: a dataset that changed without a new freeze is refused.\nschema_version: 1\ndatasets:\n");
        foreach (var dataset in frozen)
            text.Append($"- {{ name: {dataset.Name}, sha256: {dataset.Sha256}, cases: {dataset.Cases} }}\n");
        File.WriteAllText(Path.Combine(folder.Path, Name), text.ToString());
        return Result.Of<IReadOnlyList<FrozenDataset>>(frozen);
    }
}

/// <param name="Sha256">Of the file's bytes.</param>
public sealed record FrozenDataset(string Name, string Sha256, int Cases);
