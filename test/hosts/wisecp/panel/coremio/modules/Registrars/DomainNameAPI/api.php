<?php

namespace DomainNameApi;

require_once __DIR__ . '/SharedApiConfigAndUtilsTrait.php';
require_once __DIR__ . '/DNARest.php';

class DomainNameAPI_PHPLibrary
{
    use SharedApiConfigAndUtilsTrait;

    private $service;

    public function __construct($username, $password, $test = false)
    {
        $this->service = new DNARest(trim($username), trim($password), $test);
    }

    public function GetResellerDetails()
    {
        return $this->service->getResellerDetails();
    }
}
