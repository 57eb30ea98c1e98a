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
        foreach (var (dataset, sha256, line) in Read(folder.Text(Name), findings))
        {
            if (!folder.Has(dataset))
                findings.Add(new(Name, line, "missing-dataset", FindingLevel.Error, $"{dataset} is frozen here and is not there."));
            else if (ContentHash.OfBytes(File.ReadAllBytes(Path.Combine(folder.Path, dataset))) is var actual && actual != sha256)
                findings.Add(new(dataset, null, "dataset-changed", FindingLevel.Error, $"The file's SHA-256 is {actual[..12]}…, {Name} says {sha256[..Math.Min(12, sha256.Length)]}…. Take the change back, or freeze it on purpose with llmops data freeze."));
        }
        return findings;
    }

    private static IEnumerable<(string Dataset, string Sha256, int Line)> Read(string yaml, List<Finding> findings)
    {
        var root = Yaml.Read(yaml, Name, findings)?.Map("datasets", required: true);
        return root is null ? [] : [.. root.Entries.Select(entry => (entry.Key, root.Text(entry.Key) ?? "", entry.Line))];
    }
}
