<?php

declare(strict_types=1);

namespace Keyturn\Connector;

/** One apply at a time. The operating system gives the lock back if PHP dies. */
final class FolderLock
{
    private const FILE = 'lock';
    private const RETRY_S = 5;

    private StateFolder $state;
    private int $waitMs;

    public function __construct(StateFolder $state, int $waitMs)
    {
        $this->state = $state;
        $this->waitMs = $waitMs;
    }

    /**
     * @param callable():array<string,mixed> $work
     * @return array<string,mixed>
     */
    public function hold(callable $work): array
    {
        $handle = $this->state->lock(self::FILE, $this->waitMs);
        if ($handle === null) {
            if (!$this->state->isWritable()) {
                throw new Refusal('state-not-writable', 'The connector cannot write to its folder "state".');
            }
            throw new Refusal('rate-limited', 'Another apply is still at work.', ['retryAfter' => self::RETRY_S]);
        }
        try {
            return $work();
        } finally {
            fclose($handle);
        }
    }
}
