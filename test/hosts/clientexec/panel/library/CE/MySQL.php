<?php

/** The database as ClientExec's classes see it; found in the registry as `db`. */
class CE_MySQL
{
    private $access;
    private $connection;

    public function __construct($host, $user, $password, $charset)
    {
        $this->access = [$host, $user, $password, $charset];
    }

    public function setEngine(string $engine): void
    {
    }

    public function connect(): bool
    {
        [$host, $user, $password] = $this->access;
        $this->connection = new mysqli('localhost', $user, $password, '', 0, substr($host, strlen('localhost:')));
        return $this->connection->connect_errno === 0;
    }

    public function selectDb(string $name): bool
    {
        return $this->connection->select_db($name) && $this->connection->set_charset('utf8mb4');
    }

    /** @return array<int,array<string,mixed>> */
    public function query(string $sql, string ...$values): array
    {
        $statement = $this->connection->prepare($sql);
        $statement->execute($values);
        $result = $statement->get_result();
        return $result === false ? [] : $result->fetch_all(MYSQLI_ASSOC);
    }
}
