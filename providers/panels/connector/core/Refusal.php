<?php

declare(strict_types=1);

namespace Keyturn\Connector;

/** A clear no, sent back to the worker: a code, our own words without any value, and facts such as a time or an address. */
final class Refusal extends \RuntimeException
{
    private string $refusalCode;
    /** @var array<string,mixed> */
    private array $facts;

    /** @param array<string,mixed> $facts never a stored value */
    public function __construct(string $code, string $message, array $facts = [])
    {
        parent::__construct($message);
        $this->refusalCode = $code;
        $this->facts = $facts;
    }

    public function refusalCode(): string
    {
        return $this->refusalCode;
    }

    /** @return array<string,mixed> what goes into the body of the reply */
    public function body(): array
    {
        return ['code' => $this->refusalCode, 'message' => $this->getMessage()] + $this->facts;
    }
}
