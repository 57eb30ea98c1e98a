using System.Text.Json;

namespace LlmOps.Evaluation;

/// <summary>Every field of a stream of rows by its dotted path.</summary>
internal sealed class DatasetProfile(RowSample sample)
{
    private const int MostFields = 300; // beyond, names are data: free keys, which no check looks at
    private const int MostLevels = 4;

    private readonly FieldNode root = new("", null);
    private readonly List<FieldProfile> fields = [];
    private int nodes;

    internal RowSample Sample => sample;

    internal IReadOnlyList<FieldProfile> Fields => fields;

    /// <summary>Sound rows.</summary>
    internal long Rows { get; private set; }

    internal bool HasFreeKeys { get; private set; }

    internal FieldProfile? Find(string path) => fields.Find(field => field.Path == path);

    internal void Add(long line, JsonElement row)
    {
        Rows++;
        var slot = sample.Slot(line);
        if (slot >= 0)
            fields.ForEach(field => field.Clear(slot));
        Visit(row, root, slot, level: 1);
        sample.Settle(slots => fields.ForEach(field => field.Keep(slots)));
    }

    private void Visit(JsonElement element, FieldNode node, int slot, int level)
    {
        var position = 0;
        foreach (var property in element.EnumerateObject())
        {
            if (node.Child(property, position++) is not { } child && (child = New(node, property.Name)) is null)
                continue;
            if (property.Value.ValueKind == JsonValueKind.Object && level < MostLevels)
                Visit(property.Value, child, slot, level + 1);
            else if (property.Value.ValueKind != JsonValueKind.Null)
                (child.Profile ??= Profiled(child.Path)).Add(property.Value, slot);
        }
    }

    private FieldProfile Profiled(string path)
    {
        var profile = new FieldProfile(path, sample);
        fields.Add(profile);
        return profile;
    }

    private FieldNode? New(FieldNode parent, string name)
    {
        if (nodes++ < MostFields)
            return parent.Add(name);
        HasFreeKeys = true;
        return null;
    }

    private sealed class FieldNode(string path, string? name)
    {
        private readonly List<FieldNode> children = [];

        internal string Path => path;

        internal FieldProfile? Profile { get; set; }

        /// <summary>Rows mostly have the same fields in the same order, so the place is tried before the names.</summary>
        internal FieldNode? Child(JsonProperty property, int position)
        {
            if (position < children.Count && property.NameEquals(children[position].Name))
                return children[position];
            foreach (var child in children)
            {
                if (property.NameEquals(child.Name))
                    return child;
            }
            return null;
        }

        internal FieldNode Add(string name)
        {
            var child = new FieldNode(path.Length == 0 ? name : $"{path}.{name}", name);
            children.Add(child);
            return child;
        }

        private string Name => name!;
    }
}
