<?php

namespace DomainNameApi;

require_once __DIR__ . '/SharedApiConfigAndUtilsTrait.php';

/** As much of the vendor's library as the test button needs. */
class DomainNameAPI_PHPLibrary
{
    use SharedApiConfigAndUtilsTrait;

    private $library;

    public function __construct($username, $password, $test = false)
    {
        $this->library = new \Keyturn\Host\VendorLibrary((string) $username, (string) $password, $test, self::$VERSION);
    }

    public function GetResellerDetails()
    {
        return $this->library->getResellerDetails();
    }
}
