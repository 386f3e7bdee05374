<?php

declare(strict_types=1);

namespace DomainNameApi;

require_once __DIR__ . '/SharedApiConfigAndUtilsTrait.php';

/** The vendor's library under its own name; what it does is in the shared stand-in. */
final class DomainNameAPI_PHPLibrary
{
    use SharedApiConfigAndUtilsTrait;

    private \Keyturn\Host\VendorLibrary $library;

    public function __construct($userName, $password, $testmode = false)
    {
        $this->library = new \Keyturn\Host\VendorLibrary((string) $userName, (string) $password, $testmode, self::$VERSION);
    }

    public function GetResellerDetails(): array
    {
        return $this->library->getResellerDetails();
    }
}
