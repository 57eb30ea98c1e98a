using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace LlmOps.Inference;

/// <summary>Puts a pure function from conversation to text on the wire: limits, chunks, usage.</summary>
internal sealed class EmbeddedModel(string name, Func<Conversation, string> answer, TimeProvider clock) : IModel
{
    public Task<Result<JsonObject>> Complete(JsonObject request, CancellationToken ct) => Task.FromResult(Complete(request));

    public async IAsyncEnumerable<JsonObject> Stream(JsonObject request, [EnumeratorCancellation] CancellationToken ct)
    {
        var read = Conversation.Read(request);
        if (read.Refused)
            throw new ModelException(read.Refusal);

        var (pieces, finish) = Write(read.Value);
        var id = Id(request);
        yield return Chunk(id, new JsonObject { ["role"] = "assistant", ["content"] = "" }, null);
        foreach (var piece in pieces)
        {
            ct.ThrowIfCancellationRequested();
            yield return Chunk(id, new JsonObject { ["content"] = piece }, null);
        }
        yield return Chunk(id, new JsonObject(), finish);

        var last = Envelope(id, "chat.completion.chunk");
        last["choices"] = new JsonArray();
        last["usage"] = Usage(read.Value, pieces);
        yield return last;
        await Task.CompletedTask;
    }

    private Result<JsonObject> Complete(JsonObject request)
    {
        var read = Conversation.Read(request);
        if (read.Refused)
            return read.Refusal;

        var (pieces, finish) = Write(read.Value);
        var completion = Envelope(Id(request), "chat.completion");
        completion["choices"] = new JsonArray(new JsonObject
        {
            ["index"] = 0,
            ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = string.Concat(pieces), ["refusal"] = null },
            ["logprobs"] = null,
            ["finish_reason"] = finish,
        });
        completion["usage"] = Usage(read.Value, pieces);
        return completion;
    }

    private (List<string> Pieces, string Finish) Write(Conversation conversation)
    {
        var text = answer(conversation);
        var stop = conversation.Stop.Select(sequence => text.IndexOf(sequence, StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(text.Length).Min();
        var pieces = EmbeddedTokens.Split(text[..stop]).ToList();
        return conversation.MaxTokens is { } most && pieces.Count > most ? (pieces[..most], "length") : (pieces, "stop");
    }

    private JsonObject Chunk(string id, JsonObject delta, string? finish)
    {
        var chunk = Envelope(id, "chat.completion.chunk");
        chunk["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = delta, ["logprobs"] = null, ["finish_reason"] = finish });
        chunk["usage"] = null;
        return chunk;
    }

    /// <summary>A hash of the request: the same question gets the same answer under the same id.</summary>
    private static string Id(JsonObject request) => "chatcmpl-" + ContentHash.OfText(request.ToJsonString())[..24];

    private JsonObject Envelope(string id, string kind) => new()
    {
        ["id"] = id,
        ["object"] = kind,
        ["created"] = clock.GetUtcNow().ToUnixTimeSeconds(),
        ["model"] = name,
    };

    private static JsonObject Usage(Conversation conversation, List<string> pieces) => new()
    {
        ["prompt_tokens"] = conversation.PromptTokens,
        ["completion_tokens"] = (long)pieces.Count,
        ["total_tokens"] = conversation.PromptTokens + pieces.Count,
    };
}
