<?php

declare(strict_types=1);

namespace Keyturn\Connector;

/** Everything that one place stores for the vendor's module. */
final class Stored
{
    public string $username;
    public string $password;
    /** Null: the module has no test switch that it reads, so it always calls the live system. */
    public ?bool $testMode;
    /** @var array<string,mixed> all the module's other settings by name, as the panel stores them */
    public array $others;

    /** @param array<string,mixed> $others */
    public function __construct(
        string $username,
        // The attribute is a comment up to PHP 8.1, so it must have its line to itself.
        #[\SensitiveParameter]
        string $password,
        ?bool $testMode,
        #[\SensitiveParameter]
        array $others
    ) {
        $this->username = $username;
        $this->password = $password;
        $this->testMode = $testMode;
        $this->others = $others;
    }

    /**
     * A panel in debug mode dumps the objects it meets into its logs.
     *
     * @return array<string,string>
     */
    public function __debugInfo(): array
    {
        return ['stored' => 'not shown'];
    }
}
