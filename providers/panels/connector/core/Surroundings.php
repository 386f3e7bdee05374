<?php

declare(strict_types=1);

namespace Keyturn\Connector;

/** What a test may set in place of what the installation gives. */
final class Surroundings
{
    /** Null: look whether PHP has libsodium. */
    public ?bool $sodium = null;
    /** How long the vendor may take. */
    public int $vendorTimeoutMs = 15000;
    /** How long an apply waits for another one to end. */
    public int $lockWaitMs = 10000;
}
