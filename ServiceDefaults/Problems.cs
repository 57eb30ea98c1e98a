using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LlmOps;

/// <summary>The one mapping from a refusal to HTTP.</summary>
public static class Problems
{
    public static ProblemHttpResult ToProblem(this Refusal refusal) =>
        TypedResults.Problem(refusal.Detail, statusCode: Status(refusal.Kind), title: refusal.Code, type: Problem.TypePrefix + refusal.Code);

    public static Results<Ok<TView>, ProblemHttpResult> ToHttp<T, TView>(this Result<T> result, Func<T, TView> view) where T : class =>
        result.Refused ? result.Refusal.ToProblem() : TypedResults.Ok(view(result.Value));

    public static Results<Ok<T>, ProblemHttpResult> ToHttp<T>(this Result<T> result) where T : class => result.ToHttp(value => value);

    public static int Status(RefusalKind kind) => kind switch
    {
        RefusalKind.Invalid => StatusCodes.Status400BadRequest,
        RefusalKind.Unauthorized => StatusCodes.Status401Unauthorized,
        RefusalKind.Forbidden => StatusCodes.Status403Forbidden,
        RefusalKind.NotFound => StatusCodes.Status404NotFound,
        RefusalKind.Conflict => StatusCodes.Status409Conflict,
        RefusalKind.Exhausted => StatusCodes.Status429TooManyRequests,
        RefusalKind.Upstream => StatusCodes.Status502BadGateway,
    };
}
