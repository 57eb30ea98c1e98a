using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using LlmOps.Inference;

namespace LlmOps.Gateway;

/// <summary>Embeddings by the embedder that every installation has.</summary>
internal static class EmbeddingsEndpoints
{
    private const int MostInputs = 2048; // OpenAI's own limit

    public static async Task<IResult> Embed(HttpContext context, CancellationToken ct)
    {
        var body = await ChatRequest.ReadBody(context.Request.BodyReader, ct);
        if (body.Refused)
            return new OpenAiError(body.Refusal);
        var texts = Texts(body.Value);
        if (texts.Refused)
            return new OpenAiError(texts.Refusal);

        var base64 = body.Value.TextAt("encoding_format") == "base64";
        var data = LexicalEmbedder.Embed(texts.Value).Select((vector, index) => new JsonObject { ["object"] = "embedding", ["index"] = index, ["embedding"] = View(vector, base64) });
        var tokens = texts.Value.Sum(EmbeddedTokens.Count);
        return TypedResults.Ok(new JsonObject
        {
            ["object"] = "list",
            ["data"] = new JsonArray([.. data]),
            ["model"] = LexicalEmbedder.Name,
            ["usage"] = new JsonObject { ["prompt_tokens"] = tokens, ["total_tokens"] = tokens },
        });
    }

    private static Result<IReadOnlyList<string>> Texts(JsonObject body)
    {
        if (body.TextAt("model") != LexicalEmbedder.Name)
            return Refusal.NotFound("model-not-found", $"There is no embedder \"{body["model"]}\". There is {LexicalEmbedder.Name}.");
        if (body["dimensions"] is { } dimensions && dimensions.ToJsonString() != $"{LexicalEmbedder.Dimensions}")
            return Refusal.Invalid("dimensions-fixed", $"{LexicalEmbedder.Name} has {LexicalEmbedder.Dimensions} dimensions. Leave dimensions out.");
        if (body["encoding_format"] is { } format && format.Text() is not ("float" or "base64"))
            return Refusal.Invalid("encoding-unknown", "encoding_format must be float or base64.");

        List<string?> texts = body["input"] is JsonArray several ? [.. several.Select(text => text.Text())] : [body["input"].Text()];
        return texts.Count is > 0 and <= MostInputs && texts.TrueForAll(text => text is not null)
            ? Result.Of<IReadOnlyList<string>>(texts!)
            : Refusal.Invalid("input-unreadable", $"input must be a text or 1 to {MostInputs} texts; token arrays are not read.");
    }

    private static JsonNode View(float[] vector, bool base64) => base64
        ? JsonValue.Create(Convert.ToBase64String(MemoryMarshal.AsBytes(vector.AsSpan())))
        : new JsonArray([.. vector.Select(number => JsonValue.Create(number))]);
}
