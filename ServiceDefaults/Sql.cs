using System.Data;
using Dapper;
using Npgsql;
using NpgsqlTypes;

namespace LlmOps;

/// <summary>How our types lie in Postgres: times as timestamptz in UTC, lists as text[], closed records as jsonb.</summary>
public static class Sql
{
    private static int configured;

    /// <summary>Idempotent; stores call it in their static constructor so that a test that builds only a store works.</summary>
    public static void Configure()
    {
        if (Interlocked.Exchange(ref configured, 1) == 1)
            return;
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        SqlMapper.AddTypeHandler(new Times());
        SqlMapper.AddTypeHandler(new Lists());
    }

    /// <summary>Keeps <typeparamref name="T"/> in jsonb columns. The declared type of a parameter decides, so pass it in a record property of that type.</summary>
    public static void MapJson<T>()
    {
        Configure();
        SqlMapper.AddTypeHandler(new Documents<T>());
    }

    private sealed class Times : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override DateTimeOffset Parse(object value) => value is DateTimeOffset at ? at : new DateTimeOffset(DateTime.SpecifyKind((DateTime)value, DateTimeKind.Utc));

        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) => parameter.Value = value.ToUniversalTime();
    }

    private sealed class Lists : SqlMapper.TypeHandler<IReadOnlyList<string>>
    {
        public override IReadOnlyList<string> Parse(object value) => (string[])value;

        public override void SetValue(IDbDataParameter parameter, IReadOnlyList<string>? value) => parameter.Value = value?.ToArray() ?? [];
    }

    private sealed class Documents<T> : SqlMapper.TypeHandler<T>
    {
        public override T Parse(object value) => Json.Read<T>((string)value);

        public override void SetValue(IDbDataParameter parameter, T? value)
        {
            ((NpgsqlParameter)parameter).NpgsqlDbType = NpgsqlDbType.Jsonb;
            parameter.Value = value is null ? DBNull.Value : Json.Write(value);
        }
    }
}
