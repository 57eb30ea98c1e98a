using LlmOps.Prompting;

namespace LlmOps.Web;

/// <summary>A stretch of a diff: changes with a little around them, or what lies unchanged between and is folded away.</summary>
public sealed record DiffBlock(bool Collapsed, IReadOnlyList<DiffLine> Lines)
{
    private const int Around = 2;
    private const int Fold = 4; // fewer unchanged lines are shown: the fold would take as much room

    public static IReadOnlyList<DiffBlock> Of(IReadOnlyList<DiffLine> lines)
    {
        if (lines.Count > 0 && lines.All(line => line.Kind == DiffKind.Same))
            return [new(true, lines)];
        var near = new bool[lines.Count];
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i].Kind == DiffKind.Same)
                continue;
            for (var j = Math.Max(0, i - Around); j <= Math.Min(lines.Count - 1, i + Around); j++)
                near[j] = true;
        }

        var blocks = new List<DiffBlock>();
        for (var start = 0; start < lines.Count;)
        {
            var end = start;
            while (end < lines.Count && near[end] == near[start])
                end++;
            var part = lines.Skip(start).Take(end - start);
            if (!near[start] && end - start >= Fold)
                blocks.Add(new(true, [.. part]));
            else if (blocks is [.., { Collapsed: false } last])
                blocks[^1] = new(false, [.. last.Lines, .. part]);
            else
                blocks.Add(new(false, [.. part]));
            start = end;
        }
        return blocks;
    }
}
