<?php

declare(strict_types=1);

/** Blesta's query builder: the documented calls that a connector may use, each with values bound. */
final class Record
{
    private string $columns = '*';
    private string $table = '';
    /** @var list<string> */
    private array $conditions = [];
    /** @var list<mixed> */
    private array $values = [];

    /** @param list<string> $columns */
    public function select(array $columns = []): self
    {
        $this->columns = $columns === [] ? '*' : implode(', ', array_map([$this, 'quote'], $columns));
        return $this;
    }

    public function from(string $table): self
    {
        $this->table = $table;
        return $this;
    }

    /** @param mixed $value */
    public function where(string $column, string $operator, $value): self
    {
        if (!in_array($operator, ['=', '!=', '<', '>'], true)) {
            throw new InvalidArgumentException('operator');
        }
        $this->conditions[] = $this->quote($column) . " $operator ?";
        $this->values[] = $value;
        return $this;
    }

    /** @return list<stdClass> */
    public function fetchAll(): array
    {
        $sql = "SELECT {$this->columns} FROM {$this->quote($this->table)}";
        return $this->run($sql, [])->fetchAll(PDO::FETCH_OBJ);
    }

    /** @return stdClass|false */
    public function fetch()
    {
        return $this->fetchAll()[0] ?? false;
    }

    /** @param array<string, mixed> $values */
    public function update(string $table, array $values): void
    {
        $set = implode(', ', array_map(fn (string $name): string => $this->quote($name) . ' = ?', array_keys($values)));
        $this->run("UPDATE {$this->quote($table)} SET $set", array_values($values));
    }

    /** @param array<string, mixed> $values */
    public function insert(string $table, array $values): void
    {
        $names = implode(', ', array_map([$this, 'quote'], array_keys($values)));
        $marks = implode(', ', array_fill(0, count($values), '?'));
        $this->run("INSERT INTO {$this->quote($table)} ($names) VALUES ($marks)", array_values($values));
    }

    public function delete(): void
    {
        $this->run("DELETE FROM {$this->quote($this->table)}", []);
    }

    public function lastInsertId(): string
    {
        return (string) \Keyturn\Host\database()->lastInsertId();
    }

    public function begin(): void
    {
        \Keyturn\Host\database()->beginTransaction();
    }

    public function commit(): void
    {
        \Keyturn\Host\database()->commit();
    }

    public function rollBack(): void
    {
        \Keyturn\Host\database()->rollBack();
    }

    /** @param list<mixed> $values */
    private function run(string $sql, array $values): PDOStatement
    {
        $where = $this->conditions === [] ? '' : ' WHERE ' . implode(' AND ', $this->conditions);
        $bound = array_merge($values, $this->values);
        [$this->columns, $this->table, $this->conditions, $this->values] = ['*', '', [], []];
        $statement = \Keyturn\Host\database()->prepare($sql . $where);
        $statement->execute($bound);
        return $statement;
    }

    private function quote(string $name): string
    {
        if (preg_match('/^\w+$/', $name) !== 1) {
            throw new InvalidArgumentException('name');
        }
        return "`$name`";
    }
}
