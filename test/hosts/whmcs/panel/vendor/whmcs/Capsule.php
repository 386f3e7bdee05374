<?php

declare(strict_types=1);

namespace WHMCS\Database;

use function Keyturn\Host\database;

/** The few query words that registrar modules use of WHMCS's database layer. */
final class Capsule
{
    private string $table;
    /** @var array<string, mixed> column => value, all of which must hold */
    private array $conditions = [];

    private function __construct(string $table)
    {
        $this->table = (string) preg_replace('/\W/', '', $table);
    }

    public static function table(string $table): self
    {
        return new self($table);
    }

    /** @param mixed $value */
    public function where(string $column, $value): self
    {
        $this->conditions[(string) preg_replace('/\W/', '', $column)] = $value;
        return $this;
    }

    public function first(): ?object
    {
        return $this->get()[0] ?? null;
    }

    /** @return object[] */
    public function get(): array
    {
        return $this->run("SELECT * FROM {$this->table}" . $this->filter(), [])->fetchAll(\PDO::FETCH_OBJ);
    }

    /** @return array<string, mixed> */
    public function pluck(string $value, string $key): array
    {
        return array_column(array_map('get_object_vars', $this->get()), $value, $key);
    }

    /** @param array<string, mixed> $values */
    public function insert(array $values): void
    {
        $marks = implode(', ', array_fill(0, count($values), '?'));
        $this->conditions = [];
        $columns = implode(', ', array_keys($values));
        $this->run("INSERT INTO {$this->table} ($columns) VALUES ($marks)", array_values($values));
    }

    /** @param array<string, mixed> $values */
    public function update(array $values): void
    {
        $set = implode(' = ?, ', array_keys($values)) . ' = ?';
        $this->run("UPDATE {$this->table} SET $set" . $this->filter(), array_values($values));
    }

    private function filter(): string
    {
        $columns = array_keys($this->conditions);
        return $columns === [] ? '' : ' WHERE ' . implode(' = ? AND ', $columns) . ' = ?';
    }

    /** @param array<int, mixed> $values */
    private function run(string $sql, array $values): \PDOStatement
    {
        $query = database()->prepare($sql);
        $query->execute(array_merge($values, array_values($this->conditions)));
        return $query;
    }
}

class_alias(Capsule::class, 'Illuminate\Database\Capsule\Manager');
