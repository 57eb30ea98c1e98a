using LlmOps.Prompting;

namespace LlmOps.Web;

/// <summary>Two versions of a prompt, fetched and compared section by section; as whole files where one of them cannot be read as a prompt.</summary>
public static class Comparison
{
    public static async Task<Result<IReadOnlyList<DiffSection>>> Between(PromptsClient prompts, string app, string name, string from, string to, CancellationToken ct)
    {
        var (older, newer) = (prompts.Version(app, name, from, ct), prompts.Version(app, name, to, ct));
        var (old, @new) = (await older, await newer);
        if ((old.Refusal ?? @new.Refusal) is { } refusal)
            return refusal;
        return Result.Of(Sections(name, old.Value!.Text, @new.Value!.Text));
    }

    public static IReadOnlyList<DiffSection> Sections(string name, string from, string to)
    {
        var (old, @new) = (PromptFile.Parse(from, name), PromptFile.Parse(to, name));
        return old.Refused || @new.Refused ? [PromptDiff.Section("file", from, to)] : PromptDiff.Between(old.Value, @new.Value).Sections;
    }
}
