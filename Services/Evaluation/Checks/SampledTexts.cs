namespace LlmOps.Evaluation;

/// <summary>What the sampled rows say: their content fields, joined.</summary>
internal static class SampledTexts
{
    internal static IReadOnlyList<(long Line, string Text)> Of(DatasetProfile profile, Layout layout)
    {
        var fields = profile.Fields.Where(field => IsContent(field, layout)).ToList();
        var texts = new List<(long, string)>();
        for (var slot = 0; slot < profile.Sample.Lines.Count; slot++)
        {
            var text = string.Join(' ', fields.Select(field => slot < field.Texts.Count ? field.Texts[slot] : null).OfType<string>());
            if (text.Length > 0)
                texts.Add((profile.Sample.Lines[slot], text));
        }
        return texts;
    }

    private static bool IsContent(FieldProfile field, Layout layout) => layout.Content.Count > 0
        ? layout.Content.Any(content => field.Path == content.Name || field.Path.StartsWith(content.Name + ".", StringComparison.Ordinal))
        : FieldKinds.Of(field.Path, layout, field) == FieldKind.Text;
}
