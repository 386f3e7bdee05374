<?php

namespace DomainNameApi;

require_once __DIR__ . '/SharedApiConfigAndUtilsTrait.php';

/** A stand-in: the name, the place and the version of the vendor's library; what it does is the hosts' own. */
class DomainNameAPI_PHPLibrary
{
    use SharedApiConfigAndUtilsTrait;

    private $library;

    public function __construct($username, $password, $testMode = false)
    {
        $this->library = new \Keyturn\Host\VendorLibrary($username, $password, $testMode, self::$VERSION);
    }

    public function GetResellerDetails()
    {
        return $this->library->getResellerDetails();
    }

    public function GetDetails($domain)
    {
        return $this->library->getDetails($domain);
    }
}
